"""Does somebody else say who signs in? OpenID Connect, as the settings file has it. Loads no web framework."""

from __future__ import annotations

from typing import Any

from sansang.site.place import BadSettings, Place

_WANTED = ("name", "server_url", "client_id", "secret")


def providers_of(place: Place) -> dict[str, Any]:
    """The providers as django-allauth wants them, from ``[[openid_connect]]`` of the settings. Raises BadSettings."""
    listed = place.said("openid_connect", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadSettings(place.settings, "openid_connect is no list of tables: write [[openid_connect]]")
    apps = []
    for one in listed:
        for name in _WANTED:
            if not isinstance(one.get(name), str):
                raise BadSettings(place.settings, f"openid_connect: {name} is missing")
        claim = one.get("claim", "preferred_username")
        if not isinstance(claim, str) or not claim:
            raise BadSettings(place.settings, "openid_connect: claim is no text")
        apps.append(
            {
                "provider_id": one.get("id", "city"),
                "name": one["name"],
                "client_id": one["client_id"],
                "secret": one["secret"],
                "settings": {"server_url": one["server_url"], "claim": claim},
            }
        )
    return {"openid_connect": {"APPS": apps}} if apps else {}
