"""What is printed of a night? Every line, the oldest first, drawn as it is read: a long log takes no more memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.template.loader import get_template

from sansang.boards.projector import order_of
from sansang.boards.queries import corrections_in, oldest
from sansang.model.access.state import PostNow
from sansang.model.language import fold
from sansang.model.operation.corrections import corrections
from sansang.web.night.operation_view import Seen
from sansang.web.night.sentences import Told, told
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext
from sansang.web.shared.templates import common_context

#: So many signs of a page are sent at once.
_PIECE = 64 * 2**10


@dataclass
class Whole:
    """The lines of a post's log ("": of all posts that this person may read), of those only that have all words wanted.

    How many there were, how many had the words, and where the logs end is known once they have been gone through.
    """

    context: RequestContext
    operation: str
    post: str
    names: dict[str, str]
    wanted: str
    all: int = 0
    found: int = 0
    heads: dict[str, Told] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Told]:
        """Each line, once, as of when it is begun."""
        at = installation()
        alias, keyring, until = at.store.alias, at.store.keyring, at.store.position
        words = fold(self.wanted).split()

        def may(post: str) -> bool:
            return self.post in ("", post) and self.context.may("see", post, self.operation)

        corrected = (put.recorded() for put in corrections_in(alias, keyring, self.operation))
        said = corrections(corrected, lambda ref: order_of(alias, ref))
        for put in oldest(alias, keyring, self.operation, may, until):
            line = told(put, self.context.voice, self.context.access, self.names, said)
            self.all += 1
            self.heads[line.log] = line
            # Whatever the marks and capitals.
            if not words or all(word in fold(f"{line.text} {line.author}") for word in words):
                self.found += 1
                yield line


def printed(context: RequestContext, op: Seen, post: PostNow | None) -> HttpResponseBase:
    """A post's log, or the journal of all posts that this person may read, as a page that is sent while it is drawn."""
    wanted = " ".join(context.request.GET.get("q", "").split())[:100]
    lines = Whole(context, op.name, post.id if post is not None else "", op.names, wanted)
    given = {
        "access": context.access,
        "op": op,
        "post": post,
        "lines": lines,
        "now": installation().store.now(),
    }
    # Django knows no page that is drawn in pieces; its engine, Jinja, does.
    page: Any = get_template("journal.html")
    return StreamingHttpResponse(_in_pieces(page.template.generate({**common_context(context.request), **given})))


def _in_pieces(texts: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(held)
            held.clear()
            size = 0
    yield "".join(held)
