"""The simulated patient speaks: by the rules alone, or with a model that hears better and sounds more alive."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import ModelUnavailable
from bot.llm import Choosing, Job, JsonSchema, Llm, Prompt, Task
from cases import second_look, voice
from cases.encounter import Encounter, Sentence, Voice
from cases.hearing import Heard
from cases.model import Case, Script
from cases.patient import Answering, SpokenAnswer, conclude, prepare, understand

log = logging.getLogger(__name__)

VOICE_S = 8.0  # a patient who thinks longer than that answers as scripted
_SPOKEN = Choosing(tokens=400, total_s=VOICE_S)


@dataclass(frozen=True, slots=True)
class PatientVoice:
    """Plays a case; without `llm`, or when it fails, in the script's own words."""

    llm: Llm | None = None

    async def speak(
        self, clinic: str, case: Case, encounter: Encounter, said: str, at: datetime, message: str = ""
    ) -> tuple[Encounter, SpokenAnswer]:
        """Answer a learner; return the encounter with this turn. Never fails for want of a model."""
        script = encounter.played(case).script
        heard = await self._heard(clinic, script, understand(case, encounter, said))
        answering = prepare(case, encounter, heard, said)
        sentences, voiced = await self._voiced(clinic, script, answering, case.key.diagnosis.forbidden)
        return conclude(encounter, answering, sentences, voiced, at, message)

    async def _heard(self, clinic: str, script: Script, heard: Heard) -> Heard:
        """Questions that no rule placed are looked at a second time."""
        if self.llm is None or not heard.unheard or heard.blocked:
            return heard
        choice = await self._ask(clinic, second_look.prompt(script, heard.unheard), second_look.schema(script))
        return heard if choice is None else second_look.with_choice(script, heard, choice)

    async def _voiced(
        self, clinic: str, script: Script, answering: Answering, forbidden: tuple[str, ...]
    ) -> tuple[tuple[Sentence, ...], Voice]:
        if self.llm is None or not voice.worth_voicing(answering):
            return answering.sentences, Voice.SCRIPT
        choice = await self._ask(clinic, voice.prompt(script, answering), voice.schema(answering))
        if choice is None:
            return answering.sentences, Voice.FELL_BACK
        sentences, voiced = voice.voiced(script, answering, choice, forbidden)
        return tuple(sentences), voiced

    async def _ask(self, clinic: str, prompt: Prompt, schema: JsonSchema) -> Mapping[str, Any] | None:
        """The model's choice; None when it is down, too slow or answers in another form."""
        assert self.llm is not None
        try:
            async with asyncio.timeout(VOICE_S):
                return await self.llm.choose(prompt, schema, Job(clinic, Task.PATIENT, _SPOKEN))
        except (ModelUnavailable, TimeoutError):
            log.warning("the patient speaks as scripted", extra={"action": "patient_fell_back", "clinic": clinic})
            return None
