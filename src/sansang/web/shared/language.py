"""In which language does a page speak? Vietnamese, unless this device has asked for English."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from sansang.words import Voice

COOKIE = "sansang_lang"


class Language:
    """Puts the voice on the request; the browser's own list of languages is not asked (Vietnamese first)."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, in the language that was chosen on this device."""
        asked = voice_of(request)
        with translation.override(asked.language):
            response = self.answer(request)
        response.headers.setdefault("Content-Language", asked.language)
        return response


def voice_of(request: HttpRequest) -> Voice:
    """The voice that a request is answered with."""
    return Voice("en" if request.COOKIES.get(COOKIE) == "en" else "vi")
