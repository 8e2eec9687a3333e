"""What if a browser sends a malformed passkey? It is refused like a wrong code; django-allauth would raise an error."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

#: What the parser of django-allauth raises for credentials that lack a part or have one of another type.
_PARSE_ERRORS = (AttributeError, KeyError, IndexError, TypeError, UnicodeError)


class _CheckedCredential:
    """Mixin: a credential that can't be parsed is a validation error."""

    def clean_credential(self) -> Any:
        """The parsed credential. Raises ValidationError where it can't be parsed."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _PARSE_ERRORS:
            raise get_adapter().validation_error("incorrect_code") from None


class LoginForm(_CheckedCredential, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """Signs in by a passkey alone."""


class AuthenticateForm(_CheckedCredential, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """Checks the second factor after the password."""


class ReauthenticateForm(_CheckedCredential, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Checks that it is still the same person."""


class AddForm(forms.AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey."""

    def clean(self) -> Any:
        """The form's data with the new key. Raises ValidationError where the credential can't be parsed."""
        try:
            return super().clean()
        except _PARSE_ERRORS:
            raise get_adapter().validation_error("incorrect_code") from None
