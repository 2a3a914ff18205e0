"""What was ordered at the test desk, and what it cost; the talk in numbers."""

from decimal import Decimal

from cases.catalogue import CatalogueTest, catalogue
from cases.encounter import Encounter
from cases.model import Investigation, Manner, Script, Value
from cases.scoring.sheet import HarmfulTest, Named, NeededTest, Talk, Tests

_CENTS = Decimal("0.01")


def tests_of(script: Script, encounter: Encounter) -> Tests:
    """Needed, useless and harmful investigations; each ordered one is paid and waited for once."""
    ordered = [each for each in _known(script) if each.id in encounter.ordered]
    done = [each for each in ordered if not (isinstance(each, Investigation) and each.refused)]
    needed = [each for each in script.investigations if each.value is Value.NEEDED]
    harmful = [
        each for each in ordered if isinstance(each, Investigation) and each.value in (Value.HARMFUL, Value.DELAYING)
    ]
    return Tests(
        tuple(NeededTest(each.id, each.label, each.id in encounter.ordered) for each in needed),
        tuple(Named(each.id, each.label) for each in ordered if _useless(each)),
        tuple(HarmfulTest(each.id, each.label, each.harm) for each in harmful),
        sum(each.minutes for each in done),
        str(sum((each.cost for each in done), Decimal()).quantize(_CENTS)),
    )


def talk_of(encounter: Encounter) -> Talk:
    """Counts of the talk; pauses are not taken out of the seconds."""
    turns = encounter.turns

    def times(manner: Manner) -> int:
        return sum(manner in turn.manners for turn in turns)

    asked = sum(len({*turn.asked, *turn.elsewhere}) for turn in turns)
    seconds = int((turns[-1].at - encounter.started_at).total_seconds()) if turns else 0
    return Talk(
        len(turns), asked + times(Manner.OPEN), times(Manner.OPEN), times(Manner.EMPATHY), times(Manner.JARGON),
        times(Manner.INTERRUPTION), times(Manner.RUDE), max(0, seconds),
    )  # fmt: skip


def _known(script: Script) -> list[Investigation | CatalogueTest]:
    own = {each.id for each in script.investigations}
    return [*script.investigations, *(each for key, each in catalogue().investigations.items() if key not in own)]


def _useless(ordered: Investigation | CatalogueTest) -> bool:
    """A test the case knows as useless, or that costs something and has no place in it at all."""
    if isinstance(ordered, Investigation):
        return ordered.value is Value.USELESS
    return ordered.kind == "test"
