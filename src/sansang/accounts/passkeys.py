"""What if the answer of a passkey is none? It is refused as any wrong code is; django-allauth expects a whole one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

#: What its parser raises for answers that lack something, or hold something else.
_BROKEN = (AttributeError, KeyError, IndexError, TypeError, UnicodeError)


class _Whole:
    """Refuses a credential that can't be read."""

    def clean_credential(self) -> Any:
        """The key of this answer."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class Login(_Whole, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """Signs in by a passkey alone."""


class Authenticate(_Whole, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second factor after the password."""


class Reauthenticate(_Whole, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Is it still the same person?"""


class Add(forms.AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey."""

    def clean(self) -> Any:
        """The new key."""
        try:
            return super().clean()
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None
