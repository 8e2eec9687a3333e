"""How does what somebody sends come in? Whole, before a thread is taken for it; so much, in so long, from each."""

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
from sansang.web.shared.upload_errors import UNREAD, Unread

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Whoever is not signed in fills short forms only; the longest form has five fields of ten thousand signs (bytes).
NOBODYS, FORM = 256 * 2**10, 2**20
#: Where files come in: the name of the address, and how much is taken there.
LARGER = {
    "add_photo": photos.LARGEST + NOBODYS,
    # The second time it comes as text: four signs for three bytes, some of them written with three.
    "people_from_workbook": roster.LARGEST * 3 // 2 + NOBODYS,
    "outbox": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    "outbox_saved": outbox.LARGEST_FILE + NOBODYS,
}
#: After so many seconds it must have come at this rate (bytes a second): a phone at the edge of a network does.
PATIENCE, LEAST = 30.0, 1024
#: What is too much is read on and dropped for so long (bytes), so that the reason is read before the line is closed.
DROPPED = 64 * 2**20
#: So many come at once from one person or one address, and from all who are not signed in.
OF_ONE, OF_NOBODY = 16, 128
#: More than this lies on the disk meanwhile; so much is handed on at a time.
IN_MEMORY, PIECE = 256 * 2**10, 256 * 2**10


class Bodies:
    """Reads what is sent to an application; ``who`` says whose a session's cookie is (None: nobody's)."""

    def __init__(self, app: App, who: Callable[[str], str | None], patience: float = PATIENCE) -> None:
        self.app = app
        self.who = who
        self.patience = patience
        self.coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer to a body that has come whole, or to an empty one with the reason for that."""
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                size: int | Unread = await self._read(scope, receive, body)
            except _Gone:
                return
            if isinstance(size, Unread):
                body.seek(0)
                body.truncate()
                scope, send, size = {**scope, UNREAD: size}, _closing(send), 0
            body.seek(0)
            await self.app(_with_size(scope, size), _handed(body, size, receive), send)

    async def _read(self, scope: Scope, receive: Receive, body: SpooledTemporaryFile[bytes]) -> int | Unread:
        """How much has come into ``body``, or why it was not read. Raises :class:`_Gone`."""
        loop = asyncio.get_running_loop()
        began, size, has_more = loop.time(), 0, True

        async def piece() -> bytes:
            nonlocal size, has_more
            async with asyncio.timeout_at(began + self.patience + size / LEAST):
                message = await receive()
            if message["type"] != "http.request":
                raise _Gone
            found: bytes = message.get("body", b"")
            size, has_more = size + len(found), message.get("more_body", False)
            return found

        most = most_of(scope["path"])
        try:
            come = await piece()
            if not has_more and size <= NOBODYS:
                # Nearly every form comes in one piece, and is nobody's burden.
                body.write(come)
                return size
            person = await asyncio.to_thread(self.who, Request(scope).cookies.get("sessionid", ""))
            taken = most if person is not None else min(most, NOBODYS)
            with self._place(person, scope) as is_free:
                if not is_free:
                    return Unread(503, taken)
                is_kept = _stated(scope) <= taken
                while True:
                    if is_kept and size <= taken:
                        await _write(body, come, size)
                    if not has_more or size > taken + DROPPED:
                        break
                    come = await piece()
        except TimeoutError:
            return Unread(408, most)
        if size > taken or not is_kept:
            return Unread(401 if person is None and most > FORM else 413, taken)
        return size

    @contextmanager
    def _place(self, person: str | None, scope: Scope) -> Iterator[bool]:
        """Whether one more may come at once from there; counted until it has."""
        owners = (f"person {person}",) if person is not None else (f"address {(scope.get('client') or '?')[0]}", "")
        if any(self.coming[one] >= (OF_ONE if one else OF_NOBODY) for one in owners):
            yield False
            return
        self.coming.update(owners)
        try:
            yield True
        finally:
            self.coming.subtract(owners)
            # Who has nothing on its way is not remembered.
            self.coming = +self.coming


class _Gone(Exception):
    """Whoever was sending has closed the line."""


def most_of(path: str) -> int:
    """How much is taken at an address from whoever is signed in (bytes)."""
    try:
        name = resolve(path).url_name
    except Resolver404:
        return NOBODYS
    return LARGER.get(name or "", FORM)


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"transfer-encoding" in names or _stated(scope) > 0


def _stated(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 19 else 0


async def _write(body: SpooledTemporaryFile[bytes], piece: bytes, size: int) -> None:
    """Put a piece down, after which there are ``size`` bytes; the loop does not wait for a disk."""
    if size > IN_MEMORY:
        await asyncio.to_thread(body.write, piece)
    else:
        body.write(piece)


def _with_size(scope: Scope, size: int) -> Scope:
    """The request with the size that has come: in pieces of unknown number it has said none."""
    rest = [one for one in scope["headers"] if one[0] not in (b"content-length", b"transfer-encoding")]
    return {**scope, "headers": [*rest, (b"content-length", str(size).encode())]}


def _handed(body: SpooledTemporaryFile[bytes], size: int, receive: Receive) -> Receive:
    left = size
    is_over = False

    async def handed() -> Message:
        nonlocal left, is_over
        if is_over:
            return await receive()
        piece = body.read(PIECE) if size <= IN_MEMORY else await asyncio.to_thread(body.read, PIECE)
        left -= len(piece)
        is_over = left <= 0
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    return handed


def _closing(send: Send) -> Send:
    """The rest of what was not read is no next request."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing
