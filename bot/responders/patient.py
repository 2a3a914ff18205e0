"""The simulated patient answers a learner; its words come from the case alone."""

from bot import phrases
from bot.answers import Answer, Asked, PracticeLeft
from bot.conversation import Route
from bot.errors import NotFound
from bot.messages import Author, Kind, Reply
from bot.practice import Paused, Practice
from bot.practice_words import DISTRESS, HINT, LEAVING, SCORE_NOW, read_ending, wants_form
from bot.sittings import EncounterOver, ExamLocked
from cases.debrief import Debrief


class PatientResponder:
    """Plays the case of the conversation's running encounter."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def respond(self, asked: Asked) -> Answer | None:
        """What the patient says, or what becomes of the encounter."""
        encounter = asked.conversation.encounter or ""
        text = asked.text.strip().strip("。！!吧")
        if DISTRESS.search(text):
            return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_DISTRESS),), PracticeLeft(encounter, ill=True))
        if LEAVING.fullmatch(text):
            return _left(encounter, phrases.PRACTICE_LEFT)
        try:
            return await self._in_role(asked, encounter, text)
        except (Paused, ExamLocked) as error:
            return Answer(Route.PRACTICE, (Reply(error.title),))
        except EncounterOver as error:
            return _left(encounter, error.title)
        except NotFound:
            return _left(encounter, phrases.PRACTICE_NO_CASE)

    async def _in_role(self, asked: Asked, encounter: str, text: str) -> Answer:
        clinic = asked.conversation.clinic
        if HINT.fullmatch(text):
            words = await self._practice.hint(clinic, encounter)
            return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_HINT.format(hint=words), kind=Kind.NOTICE),))
        if (ending := read_ending(asked.text)) is not None:
            if wants_form(asked.text, ending):
                return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_ENDING, (SCORE_NOW,), kind=Kind.NOTICE),))
            sheet = Debrief.from_json(await self._practice.end(clinic, encounter, ending))
            return Answer(Route.PRACTICE, (Reply(sheet.in_words(), kind=Kind.DEBRIEF),), PracticeLeft(encounter))
        spoken = await self._practice.say(clinic, encounter, asked.text, asked.inbound.id)
        return Answer(Route.PRACTICE, (Reply(spoken.text, author=Author.SP),))


def _left(encounter: str, words: str) -> Answer:
    return Answer(Route.PRACTICE, (Reply(words),), PracticeLeft(encounter))
