"""In which language is a page? Vietnamese, unless English was chosen on this device."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from sansang.words import Voice

COOKIE = "sansang_lang"


class LanguageMiddleware:
    """Sets the language of a request; the browser's own list of languages is not used (Vietnamese first)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response in the language that was chosen on this device."""
        language = voice_of(request).language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def voice_of(request: HttpRequest) -> Voice:
    """The voice (language) in which a request is answered."""
    return Voice("en" if request.COOKIES.get(COOKIE) == "en" else "vi")
