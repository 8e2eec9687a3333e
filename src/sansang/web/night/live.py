"""How does every open screen learn of a new entry? By server-sent events, numbered by position in the ledger.

Each event is formatted once and sent to every screen whose person may read its post. A screen that reconnects sends the
last position that it received and gets the later entries from the ledger, so none is lost and none comes twice.
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

from sansang.ledger.appended import Appended
from sansang.ledger.history import after_position
from sansang.model.access.state import AccessState
from sansang.model.entry import EntryRef
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.stream import parse_log
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import RETRY_AFTER, SCREENS_OF_LINK, SCREENS_OF_PERSON

#: Most events queued for a slow screen; beyond that it is disconnected, and gets the rest when it reconnects.
MAX_WAITING = 500
#: How often the session and the rights of a screen are checked again, seconds. A comment is sent then, so that a dead
#: connection is noticed.
HEARTBEAT = 15.0
#: Entries read at a time for a screen that has reconnected.
_CHUNK = 200


@dataclass(eq=False, slots=True)
class Listener:
    """An open screen: its person and operation, and the position up to which it has received everything."""

    person: str
    operation: str
    position: int
    queue: asyncio.Queue[tuple[int, str, bytes]] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))
    is_lost: bool = False


class LiveStream:
    """The open screens of this process. Everything but :meth:`publish` runs in the server's event loop."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Called in the event loop; entries are published from now on."""
        self.loop = asyncio.get_running_loop()

    def publish(self, appended: Sequence[Appended]) -> None:
        """Called by the writer thread after each commit."""
        loop = self.loop
        if loop is not None and self.listeners and not loop.is_closed():
            news = [(one.position, one.ref, one.envelope.kind) for one in appended]
            loop.call_soon_threadsafe(self._send, news)

    def _send(self, entries: list[tuple[int, EntryRef, str]]) -> None:
        for position, ref, kind in entries:
            stream = parse_log(ref.log).stream
            if stream.kind != OPERATION.name:
                continue
            message = (position, ref.post, format_event(position, ref.post, kind, ref.number))
            for listener in self.listeners.get(stream.id, ()):
                if listener.is_lost:
                    continue
                try:
                    listener.queue.put_nowait(message)
                except asyncio.QueueFull:
                    listener.is_lost = True

    def open_screens(self, person: str) -> int:
        """How many screens a person has open."""
        return sum(one.person == person for screens in self.listeners.values() for one in screens)

    def add(self, listener: Listener, most: int) -> bool:
        """Add a screen; False where the person has ``most`` already. Nothing is awaited, so the limit is exact."""
        if self.open_screens(listener.person) >= most:
            return False
        self.listeners.setdefault(listener.operation, set()).add(listener)
        return True

    def remove(self, listener: Listener) -> None:
        """Remove a screen."""
        screens = self.listeners.get(listener.operation)
        if screens is not None:
            screens.discard(listener)
            if not screens:
                del self.listeners[listener.operation]


def format_event(position: int, post: str, kind: str, number: int) -> bytes:
    """A server-sent event that identifies an entry. It has no content: a screen requests that with its own rights."""
    data = json.dumps({"position": position, "post": post, "kind": kind, "number": number}, separators=(",", ":"))
    return f"id: {position}\nevent: entry\ndata: {data}\n\n".encode()


def live_endpoint(stream: LiveStream, identify: Callable[[str, str, str], str | None]) -> Callable[[Request], Any]:
    """The view of the event stream. ``identify`` returns the person of a session cookie or a unit's link, or None."""

    async def live(request: Request) -> Response:
        operation = request.path_params["operation"]
        cookie, unit = request.cookies.get("sessionid", ""), request.query_params.get("unit", "")
        person = await asyncio.to_thread(identify, cookie, unit, operation)
        if person is None:
            return Response(status_code=401)
        if not _may_see_any(installation().rights(), person, operation):
            return Response(status_code=403)
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        after = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
        now = installation().store.position
        listener = Listener(person, operation, now if after is None else min(after, now))
        # The screen is added before the ledger is read, so no entry is missed; duplicates are left out by position.
        if not stream.add(listener, SCREENS_OF_LINK if unit else SCREENS_OF_PERSON):
            return Response(status_code=429, headers={"Retry-After": str(RETRY_AFTER)})

        async def may_still_listen() -> bool:
            found = await asyncio.to_thread(identify, cookie, unit, operation)
            return found == person and _may_see_any(installation().rights(), person, operation)

        return _ListenerResponse(stream, listener, _events(listener, after is not None, may_still_listen))

    return live


class _ListenerResponse(StreamingResponse):
    """A response that removes its listener however it ends, also before anything was sent."""

    def __init__(self, stream: LiveStream, listener: Listener, events: AsyncIterator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self.stream, self.listener = stream, listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.stream.remove(self.listener)


async def _events(
    listener: Listener, is_catching_up: bool, may_still_listen: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    next_check = loop.time() + HEARTBEAT
    yield b"retry: 2000\n\n"
    while not listener.is_lost:
        if loop.time() >= next_check:
            if not await may_still_listen():
                return
            next_check = loop.time() + HEARTBEAT
            yield b":\n\n"
        if is_catching_up:
            missed = await asyncio.to_thread(events_after, listener.operation, listener.position)
            is_catching_up = len(missed) == _CHUNK
        else:
            try:
                async with asyncio.timeout_at(next_check):
                    missed = [await listener.queue.get()]
            except TimeoutError:
                continue
        for position, post, message in missed:
            if position > listener.position:
                listener.position = position
                if _may_see(listener, post):
                    yield message


def events_after(operation: str, position: int) -> list[tuple[int, str, bytes]]:
    """The events of an operation's entries after a position, at most :data:`_CHUNK`."""
    with installation().store.reading() as cursor:
        found = after_position(cursor, stream_of(operation), position, _CHUNK)
    return [(at, ref.post, format_event(at, ref.post, kind, ref.number)) for at, ref, kind in found]


def _may_see(listener: Listener, post: str) -> bool:
    access = installation().rights()
    moment = installation().store.moment()
    return access.may(listener.person, "see", access.path_of(post), listener.operation, moment)


def _may_see_any(access: AccessState, person: str, operation: str) -> bool:
    return access.may(person, "see", None, operation, installation().store.moment())
