"""How is a duty log printed? Every line, oldest first, streamed while it is read, so memory does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.template.loader import get_template

from sansang.ledger.history import corrections_in, oldest_first, order_of
from sansang.model.access.roster import PostNow
from sansang.model.corrections import corrections
from sansang.model.language import search_key
from sansang.model.operation.record import stream_of
from sansang.web.night.log_lines import LogLine, log_line
from sansang.web.night.operation_view import OperationView
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext
from sansang.web.shared.templates import common_context

#: Size of the pieces in which a page is sent, characters.
_CHUNK_LENGTH = 64 * 2**10


@dataclass
class DutyLogLines:
    """The lines of a post's log ("": of all posts that this person may read) that contain every word of the query.

    ``total``, ``found`` and ``heads`` (the last line of each log) are complete after the iteration.
    """

    context: RequestContext
    operation: str
    post: str
    names: Mapping[str, str]
    query: str
    total: int = 0
    found: int = 0
    heads: dict[str, LogLine] = field(default_factory=dict)

    def __iter__(self) -> Iterator[LogLine]:
        """Each line that is in the ledger when the iteration begins."""
        at = installation()
        alias, keyring, until = at.store.alias, at.store.keyring, at.store.position
        words = search_key(self.query).split()

        def may(post: str) -> bool:
            return self.post in ("", post) and self.context.may("see", post, self.operation)

        stream = stream_of(self.operation)
        corrected = (one.entry for one in corrections_in(alias, keyring, stream))
        corrected_lines = corrections(corrected, lambda ref: order_of(alias, ref))
        for appended in oldest_first(alias, keyring, stream, may, until):
            line = log_line(appended, self.context.voice, self.context.access, self.names, corrected_lines)
            self.total += 1
            self.heads[line.log] = line
            # Accents and capitals do not matter.
            if not words or all(word in search_key(f"{line.text} {line.author}") for word in words):
                self.found += 1
                yield line


def render_duty_log(context: RequestContext, op: OperationView, post: PostNow | None) -> HttpResponseBase:
    """A post's log, or (post None) the journal of all posts that this person may read, as a streamed page."""
    query = " ".join(context.request.GET.get("q", "").split())[:100]
    lines = DutyLogLines(context, op.name, post.id if post is not None else "", op.names, query)
    variables = {
        "access": context.access,
        "op": op,
        "post": post,
        "lines": lines,
        "now": installation().store.now(),
    }
    # Django renders a template as a whole; its engine, Jinja, can render it in pieces.
    template: Any = get_template("journal.html")
    texts = template.template.generate({**common_context(context.request), **variables})
    return StreamingHttpResponse(_in_chunks(texts))


def _in_chunks(texts: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _CHUNK_LENGTH:
            yield "".join(held)
            held.clear()
            size = 0
    yield "".join(held)
