"""Which page does somebody get when there is none, when a form is too old, or when the program has a fault?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def not_used(request: HttpRequest) -> HttpResponse:
    """An address that django-allauth has and this program does not use."""
    return not_found(request, Http404())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or not for this person."""
    return _error_page(request, 404, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form belongs to another sign-in, or its page was open for too long."""
    return _error_page(request, 400, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The program has a fault."""
    return _error_page(request, 500, 500)


def _error_page(request: HttpRequest, code: int, status: int) -> HttpResponse:
    return render(request, "wrong.html", {"code": code, "what": "", "where": ""}, status=status)
