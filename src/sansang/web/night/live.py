"""How does every open screen learn of a new entry? A stream by the ledger's position: nothing lost, nothing twice.

An entry is said once and handed to all who may read its post. Whoever comes back says the last position that it had,
and gets what came after from the ledger.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sansang.ledger.history import after_position
from sansang.ledger.store import Appended
from sansang.model.access.state import AccessState
from sansang.model.entry import EntryRef
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.stream import parse_log
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import RETRY_AFTER, SCREENS_OF_LINK, SCREENS_OF_PERSON

#: So many entries may wait for a slow screen; then it is let go and comes back for them.
WAITING = 500
#: Every so many seconds it is asked anew whose screen it is and whether they may see it, whatever is said meanwhile;
#: a comment goes out then, so that a dead connection shows.
PULSE = 15.0
#: So many entries at once are read for somebody who comes back.
_CHUNK = 200


@dataclass(eq=False, slots=True)
class Listener:
    """An open screen: whose, of which operation, and up to which position it has everything."""

    person: str
    operation: str
    position: int
    queue: asyncio.Queue[tuple[int, str, bytes]] = field(default_factory=lambda: asyncio.Queue(WAITING))
    is_lost: bool = False


class Stream:
    """The listeners of this process, and what is said to them. All of it runs in the server's loop."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Called in the loop; from now on entries are heard."""
        self.loop = asyncio.get_running_loop()

    def put(self, appended: Sequence[Appended]) -> None:
        """Called by the writer's thread after a commit."""
        loop = self.loop
        if loop is not None and self.listeners and not loop.is_closed():
            news = [(one.position, one.ref, one.envelope.kind) for one in appended]
            loop.call_soon_threadsafe(self._send, news)

    def _send(self, entries: list[tuple[int, EntryRef, str]]) -> None:
        for position, ref, kind in entries:
            stream = parse_log(ref.log).stream
            if stream.kind != OPERATION.name:
                continue
            said = (position, ref.post, event(position, ref.post, kind, ref.number))
            for listener in self.listeners.get(stream.id, ()):
                if listener.is_lost:
                    continue
                try:
                    listener.queue.put_nowait(said)
                except asyncio.QueueFull:
                    listener.is_lost = True

    def screens_of(self, person: str) -> int:
        """How many screens of somebody listen."""
        return sum(one.person == person for those in self.listeners.values() for one in those)

    def add(self, listener: Listener, most: int) -> bool:
        """Somebody listens; False where so many screens of theirs do already. Looked at and counted in one go."""
        if self.screens_of(listener.person) >= most:
            return False
        self.listeners.setdefault(listener.operation, set()).add(listener)
        return True

    def remove(self, listener: Listener) -> None:
        """Somebody has gone."""
        those = self.listeners.get(listener.operation)
        if those is not None:
            those.discard(listener)
            if not those:
                del self.listeners[listener.operation]


def event(position: int, post: str, kind: str, number: int) -> bytes:
    """An entry as it is said: which it is, and no word of what it says; a screen asks for that with its own rights."""
    said = json.dumps({"position": position, "post": post, "kind": kind, "number": number}, separators=(",", ":"))
    return f"id: {position}\nevent: entry\ndata: {said}\n\n".encode()


def answering(stream: Stream, who: Callable[[str, str, str], str | None]) -> Callable[[Request], Any]:
    """The address of the stream. ``who`` says whose a session's cookie or a unit's link is (None: nobody's)."""

    async def live(request: Request) -> Response:
        operation = request.path_params["operation"]
        cookie, unit = request.cookies.get("sessionid", ""), request.query_params.get("unit", "")
        person = await asyncio.to_thread(who, cookie, unit, operation)
        if person is None:
            return Response(status_code=401)
        if not _may_any(installation().rights(), person, operation):
            return Response(status_code=403)
        asked = request.headers.get("last-event-id") or request.query_params.get("after", "")
        after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
        now = installation().store.position
        listener = Listener(person, operation, now if after is None else min(after, now))
        # Listening begins before the ledger is read, so nothing falls in between; what comes twice is left out.
        if not stream.add(listener, SCREENS_OF_LINK if unit else SCREENS_OF_PERSON):
            return Response(status_code=429, headers={"Retry-After": str(RETRY_AFTER)})

        async def is_still() -> bool:
            found = await asyncio.to_thread(who, cookie, unit, operation)
            return found == person and _may_any(installation().rights(), person, operation)

        return _Screen(stream, listener, _told(listener, after is not None, is_still))

    return live


class _Screen(StreamingResponse):
    """A stream whose listener is let go however it ends, also before its first word."""

    def __init__(self, stream: Stream, listener: Listener, told: AsyncIterator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self.stream, self.listener = stream, listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.stream.remove(self.listener)


async def _told(listener: Listener, is_back: bool, is_still: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    pulse = loop.time() + PULSE
    yield b"retry: 2000\n\n"
    while not listener.is_lost:
        if loop.time() >= pulse:
            if not await is_still():
                return
            pulse = loop.time() + PULSE
            yield b":\n\n"
        if is_back:
            missed = await asyncio.to_thread(after, listener.operation, listener.position)
            is_back = len(missed) == _CHUNK
        else:
            try:
                async with asyncio.timeout_at(pulse):
                    missed = [await listener.queue.get()]
            except TimeoutError:
                continue
        for position, post, said in missed:
            if position > listener.position:
                listener.position = position
                if _may(listener, post):
                    yield said


def after(operation: str, position: int) -> list[tuple[int, str, bytes]]:
    """The entries of an operation that came after a position, as they are said."""
    with installation().store.reading() as cursor:
        found = after_position(cursor, stream_of(operation), position, _CHUNK)
    return [(at, ref.post, event(at, ref.post, kind, ref.number)) for at, ref, kind in found]


def _may(listener: Listener, post: str) -> bool:
    access = installation().rights()
    moment = installation().store.moment()
    return access.may(listener.person, "see", access.path_of(post), listener.operation, moment)


def _may_any(access: AccessState, person: str, operation: str) -> bool:
    return access.may(person, "see", None, operation, installation().store.moment())
