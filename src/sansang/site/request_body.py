"""How is a request's body received? Whole, before a thread is used for it, with limits on its size, time and number."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from starlette.requests import Request

from sansang.web.admin import roster
from sansang.web.night import outbox, photos
from sansang.web.shared.upload_errors import UNREAD_BODY, UnreadBody

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Largest form of people who are not signed in (they fill in short ones only), and of those who are: the longest form
#: has five fields of ten thousand characters (bytes).
ANONYMOUS_LIMIT, FORM_LIMIT = 256 * 2**10, 2**20
#: Largest body of the addresses that accept files, by name (bytes).
FILE_LIMITS = {
    "add_photo": photos.MAX_PHOTO + ANONYMOUS_LIMIT,
    # The second time it comes as text: four characters for three bytes, some of them percent-encoded.
    "people_from_workbook": roster.LARGEST * 3 // 2 + ANONYMOUS_LIMIT,
    "outbox": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    "outbox_saved": outbox.MAX_SAVED_FILE + ANONYMOUS_LIMIT,
}
#: Seconds before the minimum upload rate counts, and that rate (bytes/s): a phone at the edge of a network reaches it.
GRACE, MINIMUM_RATE = 30.0, 1024
#: How much of a body that is too large is read and dropped (bytes), so that the client reads the reason before the
#: connection is closed.
DRAINED = 64 * 2**20
#: Concurrent bodies from one person or one address, and from all who are not signed in.
PER_OWNER, PER_ANONYMOUS = 16, 128
#: A body larger than this is spooled to disk (bytes); it is passed on in pieces of this size (bytes).
IN_MEMORY, PIECE = 256 * 2**10, 256 * 2**10


class RequestBodyMiddleware:
    """Reads bodies before the application; ``who`` returns the person of a session's cookie, None for no session."""

    def __init__(self, app: App, who: Callable[[str], str | None], grace: float = GRACE) -> None:
        self.app = app
        self.who = who
        self.grace = grace
        self.receiving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's response to the whole body, or to an empty one with the reason why it was not read."""
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                size: int | UnreadBody = await self._read(scope, receive, body)
            except _Disconnected:
                return
            if isinstance(size, UnreadBody):
                body.seek(0)
                body.truncate()
                scope, send, size = {**scope, UNREAD_BODY: size}, _closing(send), 0
            body.seek(0)
            await self.app(_with_size(scope, size), _replayed(body, size, receive), send)

    async def _read(self, scope: Scope, receive: Receive, body: SpooledTemporaryFile[bytes]) -> int | UnreadBody:
        """The size of what was read into ``body``, or why it was not read. Raises :class:`_Disconnected`."""
        loop = asyncio.get_running_loop()
        started, size, has_more = loop.time(), 0, True

        async def next_piece() -> bytes:
            nonlocal size, has_more
            async with asyncio.timeout_at(started + self.grace + size / MINIMUM_RATE):
                message = await receive()
            if message["type"] != "http.request":
                raise _Disconnected
            piece: bytes = message.get("body", b"")
            size, has_more = size + len(piece), message.get("more_body", False)
            return piece

        limit = body_limit(scope["path"])
        try:
            piece = await next_piece()
            if not has_more and size <= ANONYMOUS_LIMIT:
                # Nearly every form comes in one piece, and needs no limit on the sender.
                body.write(piece)
                return size
            person = await asyncio.to_thread(self.who, Request(scope).cookies.get("sessionid", ""))
            accepted = limit if person is not None else min(limit, ANONYMOUS_LIMIT)
            with self._slot(person, scope) as is_free:
                if not is_free:
                    return UnreadBody(503, accepted)
                is_kept = _content_length(scope) <= accepted
                while True:
                    if is_kept and size <= accepted:
                        await _write(body, piece, size)
                    if not has_more or size > accepted + DRAINED:
                        break
                    piece = await next_piece()
        except TimeoutError:
            return UnreadBody(408, limit)
        if size > accepted or not is_kept:
            return UnreadBody(401 if person is None and limit > FORM_LIMIT else 413, accepted)
        return size

    @contextmanager
    def _slot(self, person: str | None, scope: Scope) -> Iterator[bool]:
        """Whether one more body may be received from this person or address; counted until it has been."""
        owners = (f"person {person}",) if person is not None else (f"address {(scope.get('client') or '?')[0]}", "")
        if any(self.receiving[one] >= (PER_OWNER if one else PER_ANONYMOUS) for one in owners):
            yield False
            return
        self.receiving.update(owners)
        try:
            yield True
        finally:
            self.receiving.subtract(owners)
            # Forget owners whose count is zero.
            self.receiving = +self.receiving


class _Disconnected(Exception):
    """The client has closed the connection."""


def body_limit(path: str) -> int:
    """The largest body that is accepted at an address from people who are signed in (bytes)."""
    try:
        name = resolve(path).url_name
    except Resolver404:
        return ANONYMOUS_LIMIT
    return FILE_LIMITS.get(name or "", FORM_LIMIT)


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"transfer-encoding" in names or _content_length(scope) > 0


def _content_length(scope: Scope) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() and len(value) < 19 else 0


async def _write(body: SpooledTemporaryFile[bytes], piece: bytes, size: int) -> None:
    """Write a piece, after which there are ``size`` bytes; the event loop does not wait for a disk."""
    if size > IN_MEMORY:
        await asyncio.to_thread(body.write, piece)
    else:
        body.write(piece)


def _with_size(scope: Scope, size: int) -> Scope:
    """The request with the size that was read: a chunked request has no Content-Length."""
    rest = [one for one in scope["headers"] if one[0] not in (b"content-length", b"transfer-encoding")]
    return {**scope, "headers": [*rest, (b"content-length", str(size).encode())]}


def _replayed(body: SpooledTemporaryFile[bytes], size: int, receive: Receive) -> Receive:
    """A ``receive`` that returns the body from the file, then what comes after it."""
    left = size
    is_over = False

    async def replayed() -> Message:
        nonlocal left, is_over
        if is_over:
            return await receive()
        piece = body.read(PIECE) if size <= IN_MEMORY else await asyncio.to_thread(body.read, PIECE)
        left -= len(piece)
        is_over = left <= 0
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    return replayed


def _closing(send: Send) -> Send:
    """A ``send`` that closes the connection: the rest of an unread body must not be read as the next request."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing
