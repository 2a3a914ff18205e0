"""The patient answers. Leak-proof by construction: only unlocked items' own words can be said.

The player is given the case's script, never its key; whatever a learner says, the answer is put together from
the persona's set phrases, the words of unlocked items and the results of ordered investigations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.encounter import Encounter, Turn
from cases.hearing import Heard, hear
from cases.model import Case, Item, Manner, Script, Unlock

TRUST = 2  # rapport from which a patient speaks of what is hard to say
MOST_AT_ONCE = 6  # items answered in one turn; nobody can answer twenty questions in one breath


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """What is said, and what that brought to light."""

    text: str
    disclosed: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def answer(case: Case, encounter: Encounter, said: str, at: datetime) -> tuple[Encounter, SpokenAnswer]:
    """Answer the learner's words; return the encounter with this turn. Same words, same state: same answer."""
    heard = hear(case.script, said)
    rapport, mood = _feelings(encounter, heard)
    spoken = _speak(case.script, encounter, heard, rapport)
    turn = Turn(said, spoken.text, at, spoken.asked, spoken.disclosed, spoken.ordered, spoken.blocked, heard.manners)
    return encounter.followed_by(turn, rapport, mood), spoken


def _feelings(encounter: Encounter, heard: Heard) -> tuple[int, int]:
    """Greeting counts once; empathy every time; a rude word costs what empathy gave."""
    rapport, mood = encounter.rapport, encounter.mood
    greeted = any(Manner.GREETING in turn.manners for turn in encounter.turns)
    if Manner.GREETING in heard.manners and not greeted:
        rapport += 1
    if Manner.EMPATHY in heard.manners:
        rapport, mood = rapport + 1, mood + 1
    if Manner.RUDE in heard.manners:
        rapport, mood = rapport - 1, mood - 1
    return rapport, mood


def _speak(script: Script, encounter: Encounter, heard: Heard, rapport: int) -> SpokenAnswer:
    voice = _Voice(script, len(encounter.turns))
    if heard.blocked and heard.blocked[0] in ("role", "silence"):
        phrase = "bewildered" if heard.blocked[0] == "role" else "silence"
        return SpokenAnswer(voice.phrase(phrase), blocked=heard.blocked)
    told, held = _sort(script, encounter, heard, rapport)
    text = _feeling(voice, heard) + "".join(_item_words(voice, each, each in told) for each in _asked(script, heard))
    told += (more := _volunteered(script, encounter, heard))
    text += "".join(voice.variant(each.words) for each in more) + _otherwise(voice, heard, bool(told or held))
    text = "\n".join(part for part in (text, _desk(script, heard)) if part)
    blocked = (*heard.blocked, *(each.id for each in held))
    ids = tuple(each.id for each in told)
    return SpokenAnswer(text or voice.phrase("listening"), ids, heard.asked[:MOST_AT_ONCE], heard.ordered, blocked)


@dataclass(frozen=True, slots=True)
class _Voice:
    """Chooses among wordings by the number of turns so far: varied, yet the same on replay."""

    script: Script
    turn: int

    def variant(self, words: Sequence[str]) -> str:
        return words[self.turn % len(words)]

    def phrase(self, occasion: str) -> str:
        return self.variant(self.script.persona.say[occasion])


def _asked(script: Script, heard: Heard) -> list[Item]:
    return [script.item(each) for each in heard.asked[:MOST_AT_ONCE]]


def _sort(script: Script, encounter: Encounter, heard: Heard, rapport: int) -> tuple[list[Item], list[Item]]:
    """Part the items asked for into those told and those held back."""
    items = _asked(script, heard)
    told = [each for each in items if _unlocked(each, encounter, heard, rapport)]
    return told, [each for each in items if each not in told]


def _unlocked(item: Item, encounter: Encounter, heard: Heard, rapport: int) -> bool:
    """What was told once stays told: the same question gets the same fact."""
    if item.id in encounter.disclosed:
        return True
    match item.unlock:
        case Unlock.SECOND_ASKING:
            return item.id in encounter.asked
        case Unlock.AFTER_RAPPORT:
            return rapport >= TRUST
        case Unlock.GENTLE:
            return rapport >= TRUST or bool({Manner.GENTLE, Manner.EMPATHY} & set(heard.manners))
        case Unlock.OPEN_QUESTION | Unlock.DIRECT:
            return True


def _item_words(voice: _Voice, item: Item, told: bool) -> str:
    return voice.variant(item.words if told else item.hold)


def _volunteered(script: Script, encounter: Encounter, heard: Heard) -> list[Item]:
    """At an open question the patient goes on telling what he tells by himself."""
    if not heard.open_question or heard.asked:
        return []
    left = [each for each in script.items if each.unlock is Unlock.OPEN_QUESTION and each.id not in encounter.disclosed]
    return left[: script.persona.talkativeness]


def _feeling(voice: _Voice, heard: Heard) -> str:
    if Manner.RUDE in heard.manners:
        return voice.phrase("hurt")
    if Manner.EMPATHY in heard.manners:
        return voice.phrase("soothed")
    return voice.phrase("greeting") if Manner.GREETING in heard.manners and not heard.asked else ""


def _otherwise(voice: _Voice, heard: Heard, spoken: bool) -> str:
    """What is said about the parts of a message that asked for no known item."""
    if "diagnosis" in heard.blocked:
        return voice.phrase("what_is_it")
    if "jargon" in heard.blocked:
        return voice.phrase("jargon")
    if heard.name:
        return voice.phrase("name")
    if spoken or heard.ordered:
        return ""
    if heard.open_question:
        return voice.phrase("nothing_more")
    if heard.question and not heard.unknown_test:
        return voice.phrase("unknown")
    return voice.phrase("thanks") if heard.thanks else ""


def _desk(script: Script, heard: Heard) -> str:
    """The test desk speaks for itself, on its own lines."""
    lines = [f"【检查台】{each.label}：{each.result}" for each in script.investigations if each.id in heard.ordered]
    if heard.unknown_test:
        lines.append("【检查台】这项检查目前不能做，或者与本次就诊无关，没有结果。")
    return "\n".join(lines)
