"""Where does a person start? With their posts, and the operations under way."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sansang.model.access.roster import PostNow
from sansang.model.language import sort_key
from sansang.web.admin.areas import area_names
from sansang.web.night.operation_view import all_operations, view_operation
from sansang.web.night.post import other_posts
from sansang.web.shared.request_context import RequestContext, signed_in


@require_GET
@signed_in
def home(context: RequestContext) -> HttpResponse:
    """The posts of this person, and the operations that they may see."""
    posts = [post for post in context.access.posts.values() if context.may("see", post.id)]
    found = all_operations(context)
    posts_of: dict[str, list[PostNow]] = {}
    rest_of: dict[str, list[PostNow]] = {}
    for one in found:
        # A role may be limited to one operation.
        others = other_posts(context, one.name)
        posts_of[one.name], rest_of[one.name] = (
            [post for post in others[part] if context.may("see", post.id, one.name)] for part in ("here", "else")
        )
    return context.render(
        "home.html",
        posts=sorted(posts, key=lambda post: (post.path, sort_key(post.name))),
        under_way=[view_operation(context, one.name) for one in found if one.is_open],
        ended=[one for one in found if not one.is_open],
        posts_of=posts_of,
        rest_of=rest_of,
        called=area_names(context, (post.path for post in posts)),
        may_open=any(context.may("open", post.id) for post in context.access.posts.values()),
    )
