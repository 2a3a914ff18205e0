"""The figures of the model that lies: how many of its lies reach a person, and how many true sentences are dropped."""

from collections.abc import Iterable, Iterator, Sequence

from deploy.bench.answers.lies import Kind, answers, judge
from deploy.bench.answers.table import Row
from knowledge.library import Library

_PART = "a model that lies"
_WORST = 3
"""Kinds named that go wrong most."""


def lied(library: Library, seed: int, count: int) -> Sequence[Kind]:
    """What became of the sentences of so many answers."""
    return judge(answers(library, seed, count), library)


def rows(found: Sequence[Kind], count: int) -> Iterator[Row]:
    """The figures, for the passages the guard was made with and for those it had never seen."""
    for held_back, name in ((False, "passages known to its makers"), (True, "passages held back")):
        some = [one for one in found if one.held_back is held_back]
        lies, truths = [one for one in some if not one.true], [one for one in some if one.true]
        through, said = sum(one.released for one in lies), sum(one.said for one in lies)
        yield Row(_PART, f"{count:,} answers, {name}: unsupported sentences released, of {said:,}", f"{through:,}", "0")
        dropped, spoken = sum(one.said - one.released for one in truths), sum(one.said for one in truths)
        share = f"{dropped / spoken:.1%}" if spoken else ""
        yield Row(_PART, f"{count:,} answers, {name}: supported ones dropped, of {spoken:,}", share, "≤ 5%")
    if worst := ", ".join(_worst(found)):
        yield Row(_PART, "kinds that went wrong most", worst)


def _worst(found: Iterable[Kind]) -> Iterator[str]:
    """`swapped unit 3 of 120 released`, the most first."""
    wrong = [(one.said - one.released if one.true else one.released, one) for one in found]
    for count, one in sorted(wrong, key=lambda pair: -pair[0])[:_WORST]:
        if count:
            yield f"{one.kind} {count} of {one.said} {'dropped' if one.true else 'released'}"
