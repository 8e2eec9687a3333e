"""Who may have an account? Nobody makes one for themselves; an administrator lists people first."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponseForbidden


class Closed(DefaultAccountAdapter):  # type: ignore[misc]
    """No page signs anybody up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class KnownOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The city's own sign-in lets in whoever is listed here under the same name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the sign-in to the person of that name; refused where nobody is."""
        if sociallogin.is_existing:
            return
        name = sociallogin.account.extra_data.get("preferred_username", "")
        user = get_user_model().objects.filter(username=name).first() if name else None
        if user is None:
            raise ImmediateHttpResponse(HttpResponseForbidden("not listed"))
        sociallogin.connect(request, user)
