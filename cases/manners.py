"""How a learner speaks, sentence by sentence: what he greets, comforts, sums up and takes leave with."""

import re
from collections.abc import Iterator
from typing import Final

from cases.lexicon import lexicon
from cases.model import Manner

_SENTENCE: Final = re.compile(r"[^。！？；\n]+[。！？；\n]*")
_FACTS_LED, _FACTS_ALONE = 2, 3
"""Facts that make a summary of what is checked with the patient: after 所以 or 也就是说, and without."""

_BY_WORDS: Final = (
    Manner.GREETING, Manner.INTRODUCTION, Manner.AGENDA, Manner.GENTLE, Manner.INTERRUPTION, Manner.RUDE,
)  # fmt: skip


def spoken(words: str) -> tuple[Manner, ...]:
    """The manners of one plain message, in the order of `Manner`. Each sentence counts, wherever it stands."""
    found = {manner for sentence in _SENTENCE.findall(words) for manner in _of_sentence(sentence)}
    return tuple(manner for manner in Manner if manner in found)


def _of_sentence(sentence: str) -> Iterator[Manner]:
    yield from (manner for manner in _BY_WORDS if _has(manner, sentence))
    if _has("invites", sentence):
        yield Manner.OPEN
    if any(_has(Manner.EMPATHY, each) for each in _told(_without("not_empathy", sentence))):
        yield Manner.EMPATHY
    if _sums_up(sentence):
        yield Manner.SUMMARY
    if _has(Manner.CLOSING, _without("not_closing", sentence)):
        yield Manner.CLOSING


def _told(sentence: str) -> Iterator[str]:
    """The stretches of a sentence between clauses that ask: 难受吗 shows no sympathy, 您一定很难受 does."""
    stretch = ""
    for clause in sentence.split("，"):
        if _has("asks_feeling", clause):
            yield stretch
            stretch = ""
        else:
            stretch += f"，{clause}" if stretch else clause
    yield stretch


def _sums_up(sentence: str) -> bool:
    """Whether he gives back what he has heard: says so, or puts several facts to the patient to confirm."""
    if _has(Manner.SUMMARY, sentence):
        return True
    if not _has("gives_check", sentence):
        return False
    bare = lexicon()["gives_check"].sub("", lexicon()["gives_lead"].sub("", sentence))
    facts = [clause for clause in bare.split("，") if len(clause) >= 2 and not _has("asks_anew", clause)]
    return len(facts) >= (_FACTS_LED if _has("gives_lead", sentence) else _FACTS_ALONE)


def _without(name: str, words: str) -> str:
    return lexicon()[name].sub("", words)


def _has(name: str, words: str) -> bool:
    return lexicon()[name].search(words) is not None
