"""The simulated patient answers a learner; its words come from the case alone."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot import phrases
from bot.answers import Answer, Asked, PracticeLeft
from bot.conversation import Route
from bot.encounters import EncounterStore
from bot.messages import Author, Kind, Reply
from cases.debrief import debrief
from cases.model import Case
from cases.patient import answer

_LEAVE = re.compile(r"(退出|结束|离开|不)练习?了?|退出练习|不练了")
_DISTRESS = re.compile(r"我(自己)?真的(很|好)?(不舒服|难受|疼|痛)|不是练习|我是说我自己")
_END = re.compile(
    r"^(结束问诊|问诊结束|我问完了)[，,。；;：:\s]*(?:我?的?诊断(?:是|为)?[：:，,\s]*)?(?P<diagnosis>.*)$", re.DOTALL
)


class PatientResponder:
    """Plays the case of the conversation's running encounter."""

    def __init__(self, encounters: EncounterStore, cases: Mapping[str, Case], clock: Callable[[], datetime]) -> None:
        self._encounters = encounters
        self._cases = cases
        self._clock = clock

    async def respond(self, asked: Asked) -> Answer | None:
        """What the patient says; None when the encounter's case is gone."""
        encounter_id = asked.conversation.encounter or ""
        if _DISTRESS.search(asked.text):
            return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_DISTRESS),), PracticeLeft(encounter_id))
        if _LEAVE.fullmatch(asked.text.strip("。！!吧")):
            return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_LEFT),), PracticeLeft(encounter_id))
        encounter = await self._encounters.get(asked.conversation.clinic, encounter_id)
        case = self._cases.get(encounter.case_id)
        if case is None:
            return Answer(Route.PRACTICE, (Reply(phrases.PRACTICE_NO_CASE),), PracticeLeft(encounter_id))
        if ending := _END.match(asked.text):
            scored = debrief(case, encounter, ending["diagnosis"], "", "")
            return Answer(Route.PRACTICE, (Reply(scored.in_words(), kind=Kind.DEBRIEF),), PracticeLeft(encounter_id))
        encounter, spoken = answer(case, encounter, asked.text, self._clock())
        await self._encounters.save(asked.conversation.clinic, encounter_id, encounter)
        return Answer(Route.PRACTICE, (Reply(spoken.text, author=Author.SP),))
