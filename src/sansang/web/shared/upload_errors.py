"""What does somebody read who has sent too much, too slowly, or too much at once? The reason, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sansang.web.shared.language import voice_of
from sansang.words import mark

#: The key in an ASGI scope that says why the request's body was not read.
UNREAD_BODY = "sansang.unread"
#: The Retry-After where too many requests came at once, seconds.
RETRY_AFTER_OVERLOAD = 5


@dataclass(frozen=True, slots=True)
class UnreadBody:
    """Why a body was not read: the status of the response, and the largest body accepted there (bytes)."""

    status: Literal[401, 408, 413, 503]
    most: int


REASONS: dict[int, str] = {
    401: mark("You are no longer signed in. Sign in, then send it again."),
    408: mark("It came too slowly, and the line was closed. Send it again where the network is better."),
    413: mark("It is too large: at most {most} kB are taken here."),
    503: mark("Too much is being sent at once. Wait a moment, then send it again."),
}


class UploadErrorMiddleware:
    """Answers requests whose body was not read; passes all others on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reason as a page, or as JSON where JSON was sent."""
        unread: UnreadBody | None = request.META.get("asgi.scope", {}).get(UNREAD_BODY)
        if unread is None:
            return self.get_response(request)
        voice, status = voice_of(request), unread.status
        why = voice.say(REASONS[status], most=voice.number(unread.most // 1024))
        response: HttpResponse
        if request.content_type == "application/json":
            response = JsonResponse({"error": why, **({"signed_in": False} if status == 401 else {})}, status=status)
        else:
            response = render(request, "unread.html", {"why": why, "is_known": status != 401}, status=status)
        if status == 503:
            response.headers["Retry-After"] = str(RETRY_AFTER_OVERLOAD)
        return response
