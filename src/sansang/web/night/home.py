"""Where does somebody begin? The posts they work at and the operations that go on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sansang.model.access.state import PostNow
from sansang.model.language import sort_key
from sansang.web.admin.areas import called
from sansang.web.night.operation_view import all_operations, seen
from sansang.web.night.post import others_of
from sansang.web.shared.current_installation import CURRENT
from sansang.web.shared.language import COOKIE
from sansang.web.shared.qr import svg_of
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.web.shared.templates import STATIC, static


@require_GET
@signed_in
def home(context: RequestContext) -> HttpResponse:
    """The posts of this person, and the operations there."""
    posts = [post for post in context.access.posts.values() if context.may("see", post.id)]
    found = all_operations(context)
    posts_of: dict[str, list[PostNow]] = {}
    rest_of: dict[str, list[PostNow]] = {}
    for one in found:
        # Somebody with a role in one operation only sees the posts of that one.
        others = others_of(context, one.name)
        posts_of[one.name], rest_of[one.name] = (
            [post for post in others[part] if context.may("see", post.id, one.name)] for part in ("here", "else")
        )
    return context.render(
        "home.html",
        posts=sorted(posts, key=lambda post: (post.path, sort_key(post.name))),
        under_way=[seen(context, one.name) for one in found if one.is_open],
        ended=[one for one in found if not one.is_open],
        posts_of=posts_of,
        rest_of=rest_of,
        called=called(context, (post.path for post in posts)),
        may_open=any(context.may("open", post.id) for post in context.access.posts.values()),
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language on this device."""
    asked = request.POST.get("language", "vi")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    answer.set_cookie(COOKIE, "en" if asked == "en" else "vi", max_age=365 * 86_400, samesite="Lax", httponly=True)
    return answer


@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """The page, to be printed, on how a phone comes to trust this installation."""
    address = CURRENT.address or f"{request.scheme}://{request.get_host()}"
    page = {
        "address": address,
        "code": svg_of(f"{address}/trust/"),
        "has_own": CURRENT.has_own_authority,
        "is_plain": address.startswith("http:"),
    }
    return render(request, "trust.html", page)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps a post's page on the device: from the root, so that it may."""
    return HttpResponse((STATIC / "built" / "worker.js").read_bytes(), content_type="text/javascript; charset=utf-8")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put it on the home screen."""
    said = {
        "name": "Sẵn Sàng",
        "short_name": "Sẵn Sàng",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#101418",
        "theme_color": "#101418",
        "icons": [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


def closed(request: HttpRequest) -> HttpResponse:
    """An address that django-allauth has and this program does not use."""
    return missing(request, Http404())


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or not for this person."""
    return render(request, "wrong.html", {"code": 404, "what": "", "where": ""}, status=404)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is of another sign-in, or of a page that lay open for too long."""
    return render(request, "wrong.html", {"code": 400, "what": "", "where": ""}, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Our own mistake."""
    return render(request, "wrong.html", {"code": 500, "what": "", "where": ""}, status=500)
