"""How is a message put into the user's language? English in the code, Vietnamese in ``vi/LC_MESSAGES/sansang.po``.

The .po file is compiled when the package is built or installed (``make words`` after an edit). A message is marked
for translation where it is written, with :func:`mark`, and translated where it is shown, with :class:`Voice`.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def mark(message: str) -> str:
    """Return the message unchanged; marks it for the catalogue where it is translated only later."""
    return message


class Voice:
    """Renders messages and numbers in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, message: str, /, **values: object) -> str:
        """The message in this language, with its ``{placeholders}`` filled in."""
        text = self._catalogue.gettext(message) if message else ""
        return text.format(**values) if values or "{{" in text else text

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The singular or plural message for ``n``; ``{n}`` is replaced by the number in this language's format."""
        return self._catalogue.gettext(one if n == 1 else many).format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """1234.5 as "1.234,5" (vi) or "1,234.5" (en)."""
        text = f"{value:,.{digits}f}"
        if float(text.replace(",", "")) == 0:
            text = text.lstrip("-")
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def percent(self, share: float, digits: int = 0) -> str:
        """0.9377 as "93,77%" (vi) or "93.77%" (en) with two digits."""
        return f"{self.number(share * 100, digits)}%"


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    try:
        return gettext.translation("sansang", Path(__file__).parent, [language])
    except FileNotFoundError as missing:
        raise RuntimeError("the message catalogue is not compiled: run `make words`") from missing


def language_of_terminal() -> Language:
    """The language set in the environment (SANSANG_LANG, LC_ALL, LC_MESSAGES, LANG), else Vietnamese."""
    for name in ("SANSANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "en" if value.startswith("en") else "vi"
    return "vi"
