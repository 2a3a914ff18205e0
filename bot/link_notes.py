"""Two talks turn out to be one person's: what was noted becomes one. Pure, and careful: nothing that warns is lost."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from bot.notes import MOST_THINGS, About, Notes, Recurring


def merge_notes(own: Notes, other: Notes) -> Notes:
    """The notes of a talk, with those of another of the same person.

    What warns (allergies, pregnancy, illnesses, medicines) is joined and not cut to its usual number. Age and who was
    spoken of last are the talk's own. The own list is used only by leave given in this talk and refused in neither.
    """
    whose = dict.fromkeys(one.who for one in (*other.people, *own.people))
    last = [one.who for one in own.people]
    order = [who for who in whose if who not in last] + last
    return replace(
        own,
        people=tuple(_joined(own.about(who), other.about(who)) for who in order),
        complaints=_complaints(own.complaints, other.complaints),
        shares_list=False if other.shares_list is False else own.shares_list,
    )


def _joined(own: About, other: About) -> About:
    return About(
        own.who,
        own.age or other.age,
        "、".join(_union(filter(None, own.state.split("、")), filter(None, other.state.split("、")))),
        _union(other.allergies, own.allergies),
        _union(other.illnesses, own.illnesses),
        _union(other.drugs, own.drugs),
    )


def _union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain(first, second)))


def _complaints(own: tuple[Recurring, ...], other: tuple[Recurring, ...]) -> tuple[Recurring, ...]:
    by_key: dict[str, Recurring] = {}
    for one in sorted((*own, *other), key=lambda each: each.times[-1]):
        before = by_key.pop(one.key, None)
        times = sorted({*one.times, *(before.times if before else ())})
        by_key[one.key] = replace(one, times=tuple(times)[-MOST_THINGS:])
    return tuple(by_key.values())[-MOST_THINGS:]
