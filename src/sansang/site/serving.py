"""How do pages, stream and writer come together? One process: Django in threads, the live stream in its loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
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
from sansang.site.data_directory import BEHIND_PROXY, DataDirectory  # noqa: E402
from sansang.site.install import NeedsMigration, connect, is_current, working  # noqa: E402
from sansang.site.request_body import RequestBodyMiddleware  # noqa: E402
from sansang.site.server import ending_cleanly, listen, run  # noqa: E402
from sansang.web.night.live import Stream, answering  # noqa: E402
from sansang.web.night.unit import grant_of  # noqa: E402
from sansang.web.shared.current_installation import CURRENT  # noqa: E402

#: Threads that answer pages.
THREADS = 16


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it listens, with which certificate (None: plain), and whether for a proxy before it."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    address: str
    is_behind_proxy: bool = False


def who(cookie: str, unit: str, operation: str) -> str | None:
    """Whose a session's cookie is, or a unit's link for this operation; None: nobody's."""
    if unit:
        grant = grant_of(unit)
        return grant.person if grant is not None and grant.operation == operation else None
    if not cookie:
        return None
    try:
        # As a page would ask: a session that was ended, that of somebody shut out, or from before a change of the
        # password is nobody's; nor does one hear anything that may do no more than change a first password.
        asking = HttpRequest()
        asking.session = SessionStore(cookie)
        user = get_user(asking)
        may_hear = user.is_authenticated and not asking.session.get(FIRST_PASSWORD_KEY)
        return user.get_username() if may_hear else None
    finally:
        connections["default"].close()


def under_its_name(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The answer to whoever asks by a name of ``hosts`` in the settings, as pages give it; 400 to others."""

    async def checked(request: Request) -> Response:
        domain, _ = split_domain_port(request.headers.get("host", ""))
        is_known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
        return await answer(request) if is_known else Response(status_code=400)

    return checked


def application(directory: DataDirectory, stream: Stream) -> Starlette:
    """The whole site as one ASGI application."""

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        stream.begin()
        yield

    async def authority(_: Request) -> Response:
        found = authority_bytes(directory)
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="application/x-x509-ca-cert")

    # Django's answers are iterables of bytes, though its types say less.
    # A page waits for a slow reader in the loop, with no thread held (0: as many pieces of it as there are).
    pages: Any = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=THREADS, send_queue_size=0)
    return Starlette(
        routes=[
            Route("/live/{operation}", under_its_name(answering(stream, who))),
            Route("/trust/authority.crt", under_its_name(authority)),
            Mount("/", pages),
        ],
        middleware=[Middleware(RequestBodyMiddleware, who=lambda cookie: who(cookie, "", ""))],
        lifespan=living,
    )


def serve(directory: DataDirectory, at: Listening, begun: Callable[[], None]) -> None:
    """Serve until the process is told to stop; ``begun`` is called once it answers.

    Raises CannotListen, InUse, NotInstalled or NeedsMigration.
    """
    if not is_current(connect(directory), with_accounts=True):
        raise NeedsMigration(str(directory.folder))

    def answering_now() -> None:
        if at.address or at.is_behind_proxy:
            directory.address.write_text(f"{at.address or BEHIND_PROXY}\n", "utf-8")
        begun()

    with ending_cleanly(), working(directory) as installation:
        stream = Stream()
        installation.store.heard = stream.put
        CURRENT.installation, CURRENT.address, CURRENT.has_own_authority = (
            installation,
            at.address,
            at.certificate is not None and (at.certificate.parent == directory.certificates),
        )
        try:
            proxies = list(directory.said.proxies) if at.is_behind_proxy else []
            run(
                application(directory, stream), listen(at.host, at.port), at.certificate, at.key, proxies, answering_now
            )
        finally:
            directory.address.unlink(missing_ok=True)
            installation.store.heard = None
            CURRENT.installation = None
