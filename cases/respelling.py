"""Mends homophones typed in haste or misheard by a machine: 有没有发骚 asks for 发烧."""

import functools
from collections.abc import Mapping

from cases.catalogue import catalogue
from cases.lexicon import lexicon, terms
from cases.likeness import sounds

_LONGEST, _SHORTEST = 4, 2  # characters of a term


def respelled(words: str) -> str:
    """Put a known term where something unknown sounds like it. Words that occur in our own questions are left alone."""
    heard = [sounds(char)[0] if "\u4e00" <= char <= "\u9fff" else char for char in words]
    mended, at = "", 0
    while at < len(words):
        term = _term_at(words, heard, at)
        mended += term or words[at]
        at += len(term) or 1
    return mended


def _term_at(words: str, heard: list[str], at: int) -> str:
    for size in range(_LONGEST, _SHORTEST - 1, -1):
        piece = words[at : at + size]
        if len(piece) < size:
            continue
        term = _by_sound().get(" ".join(heard[at : at + size]), "")
        if term == piece:
            return term
        if term and not _plausible(words, at, term):
            return term
    return ""


def _plausible(words: str, at: int, term: str) -> bool:
    """Whether it may well be meant as it stands: a common word in it, or a pair that our own questions hold."""
    end = at + len(term)
    if lexicon()["never_misspelt"].search(words[at:end]):
        return True
    start = max(0, at - 1) if words[at] != term[0] else at
    around = words[start : end + (words[end - 1] != term[-1])]
    return any(around[at : at + 2] in _pairs() for at in range(len(around) - 1))


@functools.cache
def _by_sound() -> Mapping[str, str]:
    return {" ".join(sounds(term)): term for term in reversed(terms())}


@functools.cache
def _pairs() -> frozenset[str]:
    """Every two characters that stand side by side in our own questions."""
    return frozenset(
        ask[at : at + 2] for item in catalogue().items.values() for ask in item.asks for at in range(len(ask) - 1)
    )
