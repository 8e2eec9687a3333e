"""How do pages and the live stream become one application? Django in threads, the stream in the event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from sansang.site.django_setup import load_django

load_django()

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import Response  # noqa: E402
from starlette.routing import Mount, Route  # noqa: E402

from sansang.accounts import FIRST_PASSWORD_KEY  # noqa: E402
from sansang.site.certificates import authority_bytes  # noqa: E402
from sansang.site.data_directory import DataDirectory  # noqa: E402
from sansang.site.request_body import RequestBodyMiddleware  # noqa: E402
from sansang.web.night.live import LiveStream, live_endpoint  # noqa: E402
from sansang.web.night.unit import grant_of_token  # noqa: E402

#: Threads that render pages.
THREADS = 16


def who(cookie: str, unit: str, operation: str) -> str | None:
    """The person of a session's cookie, or of a unit's link for this operation; None where it is not valid."""
    if unit:
        grant = grant_of_token(unit)
        return grant.person if grant is not None and grant.operation == operation else None
    if not cookie:
        return None
    try:
        # As for a page: a session that was ended, of somebody shut out, or from before a change of the password is
        # not valid; nor may a session listen that may only change a first password.
        request = HttpRequest()
        request.session = SessionStore(cookie)
        user = get_user(request)
        may_listen = user.is_authenticated and not request.session.get(FIRST_PASSWORD_KEY)
        return user.get_username() if may_listen else None
    finally:
        connections["default"].close()


def check_host(view: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Status 400 for requests whose Host header is not in ``hosts`` of the settings, as Django does for pages."""

    async def checked(request: Request) -> Response:
        domain, _ = split_domain_port(request.headers.get("host", ""))
        is_known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
        return await view(request) if is_known else Response(status_code=400)

    return checked


def application(directory: DataDirectory, stream: LiveStream) -> Starlette:
    """The whole site as one ASGI application."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        stream.start()
        yield

    async def authority(_: Request) -> Response:
        content = authority_bytes(directory)
        if content is None:
            return Response(status_code=404)
        return Response(content, media_type="application/x-x509-ca-cert")

    # Django's responses are iterables of bytes, though its types do not say so.
    # A page waits for a slow client in the event loop and holds no thread (0: a queue of any length).
    pages: Any = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=THREADS, send_queue_size=0)
    return Starlette(
        routes=[
            Route("/live/{operation}", check_host(live_endpoint(stream, who))),
            Route("/trust/authority.crt", check_host(authority)),
            Mount("/", pages),
        ],
        middleware=[Middleware(RequestBodyMiddleware, who=lambda cookie: who(cookie, "", ""))],
        lifespan=lifespan,
    )
