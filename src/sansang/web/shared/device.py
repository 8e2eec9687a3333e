"""What does a device need beside the pages? A language, trust in our certificate, a service worker and a manifest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sansang.web.shared.current_installation import CURRENT
from sansang.web.shared.language import COOKIE
from sansang.web.shared.qr import qr_svg
from sansang.web.shared.request_context import base_address
from sansang.web.shared.templates import STATIC, static


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language of this device, and go back to the page."""
    chosen = request.POST.get("language", "vi")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    language = "en" if chosen == "en" else "vi"
    response.set_cookie(COOKIE, language, max_age=365 * 86_400, samesite="Lax", httponly=True)
    return response


@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """How a phone comes to trust this installation; a page to be printed."""
    address = base_address(request)
    context = {
        "address": address,
        "code": qr_svg(f"{address}/trust/"),
        "has_own": CURRENT.has_own_authority,
        "is_plain": address.startswith("http:"),
    }
    return render(request, "trust.html", context)


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It is served from the root, because it may only control pages below its own address."""
    return HttpResponse((STATIC / "built" / "worker.js").read_bytes(), content_type="text/javascript; charset=utf-8")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: what a phone needs for an icon on its home screen."""
    values = {
        "name": "Sẵn Sàng",
        "short_name": "Sẵn Sàng",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#101418",
        "theme_color": "#101418",
        "icons": [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(values, content_type="application/manifest+json")
