"""What is said to whoever has sent too much, too slowly, or too much at once? The reason, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sansang.web.shared.language import voice_of
from sansang.words import mark

#: Under this name a request says why its body was not read.
UNREAD = "sansang.unread"
#: Whoever came when too many did comes back after so many seconds.
WAIT = 5


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a body was not read: the status of the answer, and how much is taken from this person there (bytes)."""

    status: Literal[401, 408, 413, 503]
    most: int


WHY: dict[int, str] = {
    401: mark("You are no longer signed in. Sign in, then send it again."),
    408: mark("It came too slowly, and the line was closed. Send it again where the network is better."),
    413: mark("It is too large: at most {most} kB are taken here."),
    503: mark("Too much is being sent at once. Wait a moment, then send it again."),
}


class Reasons:
    """Answers a request whose body was not read; every other goes on."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reason as a page, or as JSON to whoever sent such."""
        unread: Unread | None = request.META.get("asgi.scope", {}).get(UNREAD)
        if unread is None:
            return self.answer(request)
        voice, status = voice_of(request), unread.status
        why = voice.say(WHY[status], most=voice.number(unread.most // 1024))
        said: HttpResponse
        if request.content_type == "application/json":
            said = JsonResponse({"error": why, **({"signed_in": False} if status == 401 else {})}, status=status)
        else:
            said = render(request, "unread.html", {"why": why, "is_known": status != 401}, status=status)
        if status == 503:
            said.headers["Retry-After"] = str(WAIT)
        return said
