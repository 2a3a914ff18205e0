"""Marks of the checklist: what was asked, brought to light, ordered or left alone, and how the learner spoke."""

from typing import Final

from cases.encounter import Encounter, Turn
from cases.hearing import Heard
from cases.model import ChecklistItem, Manner
from cases.scoring.quoting import Quotes
from cases.scoring.sheet import Group, Mark

EARLY: Final = 3
"""Turns with the patient in which an open question opens the talk; orders to the test desk are not counted."""
ENDS: Final = frozenset({Manner.SUMMARY, Manner.CLOSING})
"""Manners that end a talk."""
FEWEST: Final = 5
"""Things asked for or ordered, below which leaving harm undone is no merit."""
JARGON_ALLOWED: Final = 20
"""One message in so many may hold a word the patient does not understand; one in any case."""


def checklist_mark(item: ChecklistItem, encounter: Encounter, quotes: Quotes) -> Mark:
    """The mark of one checklist item, with the turn and sentence that first show it."""
    turn = _evidence(item, encounter)
    earned = turn is not None or _by_whole(item, encounter)
    quote = None if turn is None else quotes.of(turn, lambda heard: _shown(item, heard))
    points = item.points if earned else 0
    return Mark(
        item.id,
        item.part,
        item.label,
        points,
        item.points,
        earned,
        item.critical,
        quote,
        turn,
        item.why,
        group_of(item),
    )


def group_of(item: ChecklistItem) -> Group:
    """By the kind of its evidence."""
    if item.asked:
        return Group.ASKED
    if item.told:
        return Group.TOLD
    return Group.TESTS if item.ordered or item.avoided else Group.MANNER


def jargon_rare(encounter: Encounter) -> bool:
    """Whether hardly any message held words that this patient does not understand."""
    spoken = sum(Manner.JARGON in turn.manners for turn in encounter.turns)
    return spoken <= max(1, len(encounter.turns) // JARGON_ALLOWED)


def _evidence(item: ChecklistItem, encounter: Encounter) -> int | None:
    """The first turn that shows the item; what ends a talk is looked for from its end, and never in its opening."""
    turns = list(enumerate(encounter.turns))
    if item.manner is Manner.OPEN:
        turns = [(at, turn) for at, turn in turns if not _order_alone(turn)][:EARLY]
    elif item.manner in ENDS:
        turns = turns[: EARLY - 1 : -1]
    return next((at for at, turn in turns if _in_turn(item, turn)), None)


def _order_alone(turn: Turn) -> bool:
    return bool(turn.ordered) and not (turn.asked or turn.elsewhere or turn.manners)


def _in_turn(item: ChecklistItem, turn: Turn) -> bool:
    if item.manner is not None:
        return item.manner is not Manner.PLAIN and item.manner in turn.manners
    # What an open question brings need not be asked again; what the patient does not know was asked all the same.
    came_up = {*turn.asked, *turn.disclosed, *turn.elsewhere}
    return bool(item.asked & came_up or item.told & set(turn.disclosed) or item.ordered & set(turn.ordered))


def _shown(item: ChecklistItem, heard: Heard) -> bool:
    if item.manner is not None:
        return item.manner in heard.manners
    asked, ordered = {*heard.asked, *heard.elsewhere}, set(heard.ordered)
    told_openly = heard.open_question and not asked
    return bool((item.asked | item.told) & asked or item.ordered & ordered) or told_openly


def _by_whole(item: ChecklistItem, encounter: Encounter) -> bool:
    """Marks for what was not done, given only to somebody who did something."""
    if len(encounter.asked | encounter.ordered) < FEWEST:
        return False
    if item.manner is Manner.PLAIN:
        return jargon_rare(encounter)
    return bool(item.avoided) and not item.avoided & encounter.ordered
