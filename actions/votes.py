"""A second vote: what a model says when it is asked again shows how sure it is.

A sentence counts when at least half of the votes say the same (self-consistency); when the votes differ too much among
themselves (semantic entropy), the model does not know, and the passages speak.
"""

import asyncio
import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from actions.cited import without_citations
from bot.errors import ModelUnavailable
from bot.llm import Job, Llm, Prompt, Task
from bot.quantities import quantities
from bot.sentences import split_sentences

Mentioned = Callable[[str], Sequence[object]]
"""The drugs named in a text."""
SCATTERED = 0.7
"""Entropy of the votes, 0 (all say the same) to 1 (each says something else), from which on nobody knows."""
_MOST_PER_CALL = 5
_ALIKE = 0.6
"""Share of a sentence's pairs of characters that a vote must contain to say the same."""
_RUN = re.compile(r"[^\W_]+")


async def votes(llm: Llm, prompt: Prompt, clinic: str, count: int) -> tuple[str, ...]:
    """The answer asked for `count` times more, at once; votes that fail are missing."""
    job = Job(clinic, Task.VOTE)
    said = await asyncio.gather(*(_vote(llm, prompt, job) for _ in range(min(count, _MOST_PER_CALL))))
    return tuple(filter(None, said))


async def _vote(llm: Llm, prompt: Prompt, job: Job) -> str:
    try:
        return "".join([piece async for piece in llm.stream(prompt, job)])
    except ModelUnavailable:
        return ""


def agreed(sentence: str, said: Sequence[str], mentioned: Mentioned) -> bool:
    """Whether at least half of the votes say so; without votes there is nothing to disagree."""
    return sum(_says(vote, sentence, mentioned) for vote in said) * 2 >= len(said)


def scattered(said: Sequence[str], mentioned: Mentioned) -> bool:
    """Whether the votes are of too many minds."""
    if len(said) < 2:
        return False
    minds: list[list[str]] = []
    for vote in said:
        same = next((mind for mind in minds if _same(mind[0], vote, mentioned)), None)
        if same is None:
            minds.append([vote])
        else:
            same.append(vote)
    shares = [len(mind) / len(said) for mind in minds]
    return -sum(share * math.log(share) for share in shares) / math.log(len(said)) >= SCATTERED


def _same(one: str, other: str, mentioned: Mentioned) -> bool:
    return _mostly_says(one, other, mentioned) and _mostly_says(other, one, mentioned)


def _mostly_says(vote: str, other: str, mentioned: Mentioned) -> bool:
    sentences = [one for one in split_sentences([other]) if one.strip()]
    return sum(_says(vote, one, mentioned) for one in sentences) * 2 >= len(sentences)


def _says(vote: str, sentence: str, mentioned: Mentioned) -> bool:
    """Most of the words, every number and every drug of the sentence stand in the vote.

    Looser than the guard on purpose: the same thing is said in other words each time, and the guard comes anyway.
    """
    words, told = without_citations(sentence), without_citations(vote)
    pairs = _pairs(words)
    named = {id(drug) for drug in mentioned(told)}
    return (
        bool(pairs)
        and len(pairs & _pairs(told)) >= _ALIKE * len(pairs)
        and quantities(words) <= quantities(told)
        and all(id(drug) in named for drug in mentioned(words))
    )


def _pairs(text: str) -> set[str]:
    return {"".join(pair) for run in _RUN.findall(text) for pair in pairwise(run)}
