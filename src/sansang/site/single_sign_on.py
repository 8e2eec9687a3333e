"""Which other services do people sign in with? OpenID Connect, as in the settings file. Loads no web framework."""

from __future__ import annotations

from typing import Any

from sansang.site.data_directory import DataDirectory


def providers_of(directory: DataDirectory) -> dict[str, Any]:
    """The providers in the form of django-allauth, from ``[[openid_connect]]`` of the settings. Raises BadSettings."""
    apps = [
        {
            "provider_id": one.id,
            "name": one.name,
            "client_id": one.client_id,
            "secret": one.secret,
            "settings": {"server_url": one.server_url, "claim": one.claim},
        }
        for one in directory.read_settings().providers
    ]
    return {"openid_connect": {"APPS": apps}} if apps else {}
