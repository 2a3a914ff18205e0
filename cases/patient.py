"""The patient answers. Leak-proof by construction: only unlocked items' own words can be said.

The player is given the case's script, never its key; whatever a learner says, the answer is put together from
the persona's set phrases, the words of unlocked items and the results of ordered investigations. A model, where
there is one, is given that answer to voice and nothing else (`cases.voice`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.desk import NOT_HERE, Result, order
from cases.encounter import HIGHEST, LOWEST, Encounter, Sentence, Turn, Voice
from cases.hearing import Heard, hear
from cases.model import Case, Item, Manner, Moods, Script, Unlock

TRUST = 2  # rapport from which a patient speaks of what is hard to say
ANGRY = -2  # mood from which a rude word ends the answer
MOST_AT_ONCE = 6  # items answered in one turn; nobody can answer twenty questions in one breath


@dataclass(frozen=True, slots=True)
class Answering:
    """One answer before it is said: who else may still put it into other words."""

    said: str
    heard: Heard
    sentences: tuple[Sentence, ...]  # the patient's own
    desk: tuple[str, ...] = ()  # the test desk's lines
    results: tuple[Result, ...] = ()
    told: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    rapport: int = 0
    mood: int = 0


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """What is said, and what that brought to light."""

    text: str
    disclosed: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


def answer(case: Case, encounter: Encounter, said: str, at: datetime) -> tuple[Encounter, SpokenAnswer]:
    """Answer in the script's words; return the encounter with this turn. Same words, same state: same answer."""
    answering = prepare(case, encounter, understand(case, encounter, said), said)
    return conclude(encounter, answering, answering.sentences, Voice.SCRIPT, at)


def warm(case: Case) -> None:
    """Build what a case is understood by: up to a second for the first, some tens of milliseconds for another."""
    hear(case.script, "您好")


def understand(case: Case, encounter: Encounter, said: str) -> Heard:
    """What the learner's words ask for, after what was talked of before."""
    before = encounter.turns[-1].asked if encounter.turns else ()
    return hear(encounter.played(case).script, said, before)


def prepare(case: Case, encounter: Encounter, heard: Heard, said: str) -> Answering:
    """Decide what is said, by the rules of disclosure. Pure."""
    script = encounter.played(case).script
    known = {each.id: each for each in script.items}  # a case may have lost an item since the talk began
    rapport, mood = _feelings(script.persona.moods, encounter, heard)
    voice = _Voice(script, len(encounter.turns))
    if heard.blocked and heard.blocked[0] in ("role", "silence"):
        phrase = voice.phrase("bewildered" if heard.blocked[0] == "role" else "silence")
        return Answering(said, heard, (phrase,), blocked=heard.blocked, rapport=encounter.rapport, mood=encounter.mood)
    if Manner.RUDE in heard.manners and mood <= ANGRY:
        return Answering(said, heard, (voice.phrase("angry"),), blocked=("mood",), rapport=rapport, mood=mood)
    asked = [known[each] for each in heard.asked[:MOST_AT_ONCE] if each in known]
    told = [each for each in asked if _unlocked(each, encounter, heard, rapport)]
    sentences = [*voice.feeling(heard, mood - encounter.mood), *(voice.item(each, each in told) for each in asked)]
    more = _volunteered(script, encounter, heard, mood)
    sentences += [*(voice.item(each, True) for each in more), *voice.otherwise(heard, bool(asked or more))]
    desk, results = _desk(script, heard)
    if not sentences:
        sentences.append(voice.phrase("test_desk_consent" if results else "listening"))
    ids = tuple(each.id for each in (*told, *more))
    held = tuple(each.id for each in asked if each not in told)
    return Answering(said, heard, tuple(sentences), desk, results, ids, (*heard.blocked, *held), rapport, mood)


def conclude(
    encounter: Encounter,
    answering: Answering,
    sentences: Sequence[Sentence],
    voice: Voice,
    at: datetime,
    message: str = "",
) -> tuple[Encounter, SpokenAnswer]:
    """Say it: the encounter with this turn, and the answer. `sentences` are the patient's, voiced or as scripted."""
    heard, blocked = answering.heard, answering.blocked
    silent = bool({"role", "silence", "mood"} & set(blocked))
    asked = () if silent else heard.asked[:MOST_AT_ONCE]
    elsewhere = () if silent else heard.elsewhere
    ordered = tuple(each.id for each in answering.results)
    text = "\n".join(part for part in ("".join(each.text for each in sentences), *answering.desk) if part)
    desk = (Sentence(line) for line in answering.desk)
    turn = Turn(
        answering.said, text, at, asked, answering.told, ordered, blocked, heard.manners, (*sentences, *desk),
        elsewhere, voice, message,
    )  # fmt: skip
    spoken = SpokenAnswer(text, answering.told, asked, ordered, blocked, elsewhere, answering.results)
    return encounter.followed_by(turn, answering.rapport, answering.mood), spoken


def _feelings(moods: Moods, encounter: Encounter, heard: Heard) -> tuple[int, int]:
    """Rapport and mood. Greeting counts once; empathy every time; a rude word costs what empathy gave."""
    rapport, mood, manners = encounter.rapport, encounter.mood, set(heard.manners)
    greeted = any(Manner.GREETING in turn.manners for turn in encounter.turns)
    rapport += (Manner.GREETING in manners and not greeted) + (Manner.EMPATHY in manners)
    rapport -= bool(manners & {Manner.RUDE, Manner.BLUNT})
    felt = {
        Manner.EMPATHY: moods.empathy, Manner.JARGON: moods.jargon, Manner.INTERRUPTION: moods.interruption,
        Manner.BLUNT: moods.blunt, Manner.RUDE: moods.rude,
    }  # fmt: skip
    mood += sum(change for manner, change in felt.items() if manner in manners)
    return rapport, max(LOWEST, min(HIGHEST, mood))


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


def _volunteered(script: Script, encounter: Encounter, heard: Heard, mood: int) -> list[Item]:
    """At an open question the patient goes on telling what he tells by himself; less when he is hurt."""
    if not heard.open_question or heard.asked:
        return []
    left = [each for each in script.items if each.unlock is Unlock.OPEN_QUESTION and each.id not in encounter.disclosed]
    return left[: max(1, script.persona.talkativeness - (mood < 0))]


def _desk(script: Script, heard: Heard) -> tuple[tuple[str, ...], tuple[Result, ...]]:
    """The test desk speaks for itself, on its own lines."""
    results = order(script, heard.ordered)
    return (*(each.in_words() for each in results), *((NOT_HERE,) if heard.unknown_test else ())), results


@dataclass(frozen=True, slots=True)
class _Voice:
    """Chooses among wordings by the number of turns so far: varied, yet the same on replay."""

    script: Script
    turn: int

    def phrase(self, occasion: str) -> Sentence:
        return Sentence(self._variant(self.script.persona.say[occasion]))

    def item(self, item: Item, told: bool) -> Sentence:
        return Sentence(self._variant(item.words), (item.id,)) if told else Sentence(self._variant(item.hold))

    def _variant(self, words: Sequence[str]) -> str:
        return words[self.turn % len(words)]

    def feeling(self, heard: Heard, change: int) -> list[Sentence]:
        """How the patient takes the learner's manner, before anything else."""
        for manner, occasion in (
            (Manner.RUDE, "hurt"), (Manner.BLUNT, "shaken"), (Manner.INTERRUPTION, "interrupted"),
        ):  # fmt: skip
            if manner in heard.manners:
                return [self.phrase(occasion)]
        if Manner.EMPATHY in heard.manners and (change > 0 or not heard.asked):
            return [self.phrase("soothed")]
        return [self.phrase("greeting")] if Manner.GREETING in heard.manners and not heard.asked else []

    def otherwise(self, heard: Heard, spoken: bool) -> list[Sentence]:
        """What is said about the parts of a message that asked for nothing the patient can tell."""
        if "diagnosis" in heard.blocked:
            return [self.phrase("what_is_it")]
        if "jargon" in heard.blocked:
            return [self.phrase("jargon")]
        if len(heard.asked) > MOST_AT_ONCE:
            return [self.phrase("too_many")]
        if heard.name:
            return [self.phrase("name")]
        if heard.elsewhere:
            return [self.phrase("rest_unknown" if spoken else "unknown")]
        return [] if spoken else self._courtesy(heard)

    def _courtesy(self, heard: Heard) -> list[Sentence]:
        if heard.ordered:
            return []
        if heard.open_question:
            return [self.phrase("nothing_more")]
        if heard.question and not heard.unknown_test:
            return [self.phrase("unknown")]
        if Manner.CLOSING in heard.manners:
            return [self.phrase("goodbye")]
        return [self.phrase("thanks")] if heard.thanks else []
