"""How is an entry said in one line? For the log on a screen, on paper and in a chat group; for every kind of entry."""

from __future__ import annotations

from sansang.model.fact import Fact, Unknown
from sansang.words import mark
from sansang.words.sentences import access as access_sentences
from sansang.words.sentences import operation as operation_sentences
from sansang.words.sentences.speaker import SENTENCES, Speaker

__all__ = ["SENTENCES", "Speaker", "access_sentences", "operation_sentences", "sentence"]


def sentence(fact: Fact, speaker: Speaker) -> str:
    """What a fact says, in one line. Raises KeyError for a kind without a sentence."""
    if isinstance(fact, Unknown):
        return speaker.say(mark("an entry of a newer version ({kind})"), kind=fact.kind)
    return SENTENCES[type(fact)](fact, speaker)
