"""Who may have an account? Only people whom an administrator has listed; nobody can sign up."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import get_language
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from sansang.accounts.models import FirstPassword
from sansang.accounts.people import first_password_of, mark_session
from sansang.words import Voice, mark


class _TranslatedText:
    """A text that is translated when it is rendered, into the language of the request."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return Voice("en" if get_language() == "en" else "vi").say(self.text)


#: Errors of django-allauth by code; its own texts are in English only.
ERRORS: dict[str, str] = {
    "account_inactive": mark("This person is shut out. An administrator can let them in again."),
    "enter_current_password": mark("Write the password that holds now."),
    "incorrect_code": mark("This code is not right, or it is too old. Write the one that the app shows now."),
    "incorrect_password": mark("This password is not right."),
    "invalid_login": mark("Name or password is not right."),
    "username_password_mismatch": mark("Name or password is not right."),
    "too_many_login_attempts": mark("Too many attempts. Wait five minutes, then try again."),
    "same_as_current": mark("The new one must be another than the one before."),
    "rate_limited": mark("Too many requests at once. Wait a minute, then try again."),
    "cannot_delete_authenticator": mark("The second factor can't be switched off."),
    "cannot_generate_recovery_codes": mark("Recovery codes need a second factor. Switch it on first."),
}
#: Its confirmations by the name of their template.
CONFIRMATIONS = {
    f"{name}.txt": lazystr(_TranslatedText(text))
    for name, text in {
        "account/messages/password_changed": mark("The password is changed."),
        "mfa/messages/totp_activated": mark("Codes from an app are switched on."),
        "mfa/messages/totp_deactivated": mark("Codes from an app are switched off."),
        "mfa/messages/webauthn_added": mark("The passkey is added."),
        "mfa/messages/webauthn_removed": mark("The passkey is removed."),
        "mfa/messages/recovery_codes_generated": mark("There are new recovery codes; the old ones hold no more."),
    }.items()
}
ERROR_MESSAGES = {name: lazystr(_TranslatedText(text)) for name, text in ERRORS.items()}

#: Wrong passwords for one name from all addresses together: many machines guess no faster, and a few mistakes lock
#: nobody out.
FAILED_LOGINS_PER_NAME = RateLimitItemPerHour(200)
_FAILED_LOGINS = MovingWindowRateLimiter(MemoryStorage())


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).casefold()


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor: errors in the language of the page."""

    error_messages = {**DefaultMFAAdapter.error_messages, **ERROR_MESSAGES}  # noqa: RUF012 as in allauth

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a phone shows beside the key: the program's name and the host."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Sẵn Sàng"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts with a password: no sign-up, first passwords, and a limit on guessing."""

    error_messages = {**DefaultAccountAdapter.error_messages, **ERROR_MESSAGES}  # noqa: RUF012 as in allauth

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session, marked where the password is a first password."""
        super().login(request, user)
        mark_session(request, user)

    def clean_password(self, password: str, user: Any = None) -> str:
        """The new password. Raises ValidationError for a bad one, and for the first password itself."""
        if user is not None and user.check_password(password) and first_password_of(user) is not None:
            raise self.validation_error("same_as_current")
        return str(super().clean_password(password, user=user))

    def set_password(self, user: Any, password: str) -> None:
        """Set the password that the person has chosen; it is no first password any more."""
        with transaction.atomic():
            super().set_password(user, password)
            FirstPassword.objects.filter(user=user).delete()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home: with a first password no other page could be open before."""
        return "/"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises a validation error after too many failed sign-ins under this name, from this address or from all."""
        if not _FAILED_LOGINS.test(FAILED_LOGINS_PER_NAME, _name(credentials)):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a failed sign-in."""
        _FAILED_LOGINS.hit(FAILED_LOGINS_PER_NAME, _name(credentials))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed sign-ins are counted by name and address, so that nobody can lock others out from elsewhere."""
        return f"{self.get_client_ip(request)} {super()._get_login_attempts_cache_key(request, **credentials)}"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Add a confirmation in the page's language; those that are not in ``CONFIRMATIONS`` are dropped."""
        text = message or CONFIRMATIONS.get(message_template or "")
        if text:
            super().add_message(request, level, message=str(text), extra_tags=extra_tags)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The city's own sign-in: for people who are listed here under the same name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the sign-in to the person of that name; others are redirected to sign in, with the reason."""
        if sociallogin.is_existing:
            # Connected before, by the id that the provider never changes, whatever the name is today.
            user = sociallogin.user
        else:
            name = name_in(sociallogin.account.extra_data, claim_of(sociallogin))
            user = get_user_model().objects.filter(username=name).first() if name else None
        if user is None:
            _refuse(request, mark("Nobody is listed here under your name. An administrator can list you."))
        elif not user.is_active:
            _refuse(request, ERRORS["account_inactive"])
        elif not sociallogin.is_existing:
            sociallogin.connect(request, user)


def claim_of(sociallogin: Any) -> str:
    """The claim that holds a person's id here: ``claim`` of the settings, else "preferred_username"."""
    return str(sociallogin.account.get_provider().app.settings.get("claim") or "preferred_username")


def name_in(extra_data: dict[str, Any], claim: str) -> str:
    """The name in a provider's data; "" where there is none, or where its token and user info are of two people."""
    token, user = extra_data.get("id_token") or {}, extra_data.get("userinfo") or {}
    if token and user and token.get("sub") != user.get("sub"):
        return ""
    name = {**token, **user}.get(claim)
    return name if isinstance(name, str) else ""


def _refuse(request: HttpRequest, why: str) -> NoReturn:
    messages.error(request, str(_TranslatedText(why)))
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
