"""What are Django's settings? What differs between installations comes from the data directory and from `serve`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sansang.site.data_directory import find_data_directory
from sansang.site.databases import database_of
from sansang.site.single_sign_on import providers_of

DIRECTORY = find_data_directory(None)
WEB = Path(__file__).parent.parent / "web"
#: "https" (also behind a proxy that speaks it), or "http" with the option --plain.
SCHEME = os.environ.get("SANSANG_SCHEME", "https")

DATABASES = {"default": database_of(DIRECTORY)}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "sansang.accounts.apps.Accounts",
    "sansang.ledger.apps.LedgerConfig",
    "sansang.boards.apps.BoardsConfig",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]

# Created by init; while init runs there is none yet, and one for this process is enough.
SECRET_KEY = DIRECTORY.signing_secret or secrets.token_urlsafe(64)
ALLOWED_HOSTS = list(DIRECTORY.read_settings().hosts)
ROOT_URLCONF = "sansang.site.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sansang.web.shared.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sansang.web.shared.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sansang.web.shared.upload_errors.UploadErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "sansang.web.admin.first_password.FirstPasswordMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [WEB / part / "pages" for part in ("night", "admin", "shared")],
        "OPTIONS": {
            "environment": "sansang.web.shared.templates.environment",
            "context_processors": ["sansang.web.shared.templates.common_context"],
        },
    },
    {
        # For the pages of allauth that we have no template for.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Signing in: an administrator lists people; nobody signs up.
ACCOUNT_ADAPTER = "sansang.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "sansang.accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# A whole ward may have one address: failed sign-ins are limited strictly by address and name together (the adapter's
# key, checked first), and by address alone only so that guessing does not use up the processor.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "5/5m/key,60/m/ip", "reauthenticate": "10/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    f"{name.lower()}_webauthn": f"sansang.accounts.passkeys.{name}Form"
    for name in ("Login", "Authenticate", "Reauthenticate", "Add")
}
MFA_ADAPTER = "sansang.accounts.adapters.MFAAdapter"
MFA_TOTP_ISSUER = "Sẵn Sàng"
# Otherwise every request would write to the database.
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False
# A link, not a form: the content security policy allows no form to another host.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = providers_of(DIRECTORY)
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
# Sessions and counted attempts. When it is full Django drops a third of it, and with it counted attempts.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

STATIC_URL = "/static/"
STATIC_ROOT = WEB / "static"
# The names of built files contain a hash of their content.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{10}\.|\.woff2$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SCHEME == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 86_400
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sansang.web.shared.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The name may belong to another machine tomorrow: no promise for a year.
SECURE_HSTS_SECONDS = 3600 if SCHEME == "https" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not ours
    "security.W008",  # nothing listens on plain HTTP, so there is nothing to redirect
    "security.W021",  # no browser's preload list contains a ward's own network
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"error": {"class": "logging.StreamHandler"}},
    # Users' mistakes are reported to them, not to the log.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
    "root": {"handlers": ["error"], "level": "WARNING"},
}
