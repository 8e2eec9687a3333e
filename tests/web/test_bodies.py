"""Request bodies are received whole, or refused in time: the middleware alone, with an application of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sansang.site.django_setup import load_django

load_django()

from sansang.site.request_body import (  # noqa: E402
    ANONYMOUS_LIMIT,
    IN_MEMORY,
    Message,
    Receive,
    RequestBodyMiddleware,
    Scope,
    Send,
    body_limit,
)
from sansang.web.shared.upload_errors import UNREAD_BODY, UnreadBody  # noqa: E402


class Pages:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.unread: list[UnreadBody | None] = []
        self.sizes: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read all, answer nothing of interest."""
        body, has_more = b"", True
        while has_more:
            message = await receive()
            body, has_more = body + message["body"], message["more_body"]
        self.bodies.append(body)
        self.unread.append(scope.get(UNREAD_BODY))
        self.sizes.append(dict(scope["headers"])[b"content-length"])
        await send({"type": "http.response.start", "status": 200, "headers": []})


def asked(
    path: str, pieces: list[bytes], person: str | None = None, wait: Callable[[], Awaitable[None]] | None = None
) -> tuple[Pages, list[Message]]:
    """What the pages were asked, and what was answered, when somebody sends these pieces; ``wait`` before the last."""
    pages, answers = Pages(), []
    left = list(pieces)

    async def receive() -> Message:
        if len(left) == 1 and wait is not None:
            await wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        answers.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "path": path,
        "headers": [(b"transfer-encoding", b"chunked")],
        "client": ("10.0.0.9", 1),
    }
    asyncio.run(RequestBodyMiddleware(pages, lambda _: person, grace=0.05)(scope, receive, send))
    return pages, answers


@pytest.mark.parametrize("size", [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY + 7])
def test_a_body_of_any_size_is_received_whole(size: int) -> None:
    whole = bytes(range(256)) * (size // 256 + 1)
    whole = whole[:size]
    pages, _ = asked("/outbox/saved/", [whole[:10], whole[10:]], "an")
    assert pages.bodies == [whole]
    assert pages.sizes == [str(size).encode()]


def test_a_client_that_stops_half_way_is_disconnected() -> None:
    async def ever() -> None:
        await asyncio.Event().wait()

    pages, answers = asked("/accounts/login/", [b"a=", b"b"], wait=ever)
    assert pages.bodies == [b""]
    assert pages.unread == [UnreadBody(408, body_limit("/accounts/login/"))]
    assert (b"connection", b"close") in answers[0]["headers"]


def test_people_who_are_not_signed_in_send_short_forms_only() -> None:
    piece = bytes(ANONYMOUS_LIMIT)
    assert asked("/outbox/", [piece, b"x"])[0].unread == [UnreadBody(401, ANONYMOUS_LIMIT)]
    assert asked("/accounts/login/", [piece, b"x"])[0].unread == [UnreadBody(413, ANONYMOUS_LIMIT)]
    assert asked("/outbox/", [piece, b"x"], "an")[0].unread == [None]
    assert asked("/nowhere/", [piece, b"x"], "an")[0].unread == [UnreadBody(413, ANONYMOUS_LIMIT)]
