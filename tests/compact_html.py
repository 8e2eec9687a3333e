"""What does a page say, however its templates are laid out? Its HTML without the white space that means nothing."""

from __future__ import annotations

import re

#: White space beside these tags draws nothing; beside others it may be a space between words.
_BLOCKS = (
    "address|article|aside|body|br|caption|col|colgroup|datalist|dd|details|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|head|header|hr|html|label|legend|li|link|main|meta|nav|noscript|ol|optgroup|option|p|path|section"
    "|select|summary|svg|table|tbody|td|template|tfoot|th|thead|title|tr|ul|!doctype"
)
_BESIDE_BLOCK = re.compile(rf"\s*(</?(?:{_BLOCKS})(?=[\s>/])[^<>]*>)\s*", re.IGNORECASE)
_IN_BUTTON = re.compile(r"(<button\b[^<>]*>)\s+|\s+(?=</button>)", re.IGNORECASE)
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
#: What stands as it was written.
_KEPT = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.IGNORECASE | re.DOTALL)


def compact(page: str) -> str:
    """The page with one space where white space may be seen, none where it can't, and tags on one line."""
    parts = _KEPT.split(page)
    # Of each piece that is kept, split gives the piece and the name of its tag.
    return "".join(_tags(part) if at % 3 == 1 else _flow(part) for at, part in enumerate(parts) if at % 3 != 2)


def _flow(text: str) -> str:
    text = _tags(re.sub(r"\s+", " ", text))
    return _IN_BUTTON.sub(r"\1", _BESIDE_BLOCK.sub(r"\1", text))


def _tags(text: str) -> str:
    def one(tag: re.Match[str]) -> str:
        return re.sub(r"\s+(?=/?>$)", "", re.sub(r"\s+", " ", tag[0]))

    return _TAG.sub(one, text)
