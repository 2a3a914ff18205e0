"""What agents say and do at Chatwoot, done in our house: each word once, as a nurse of ours."""

import logging
from dataclasses import dataclass

from bot.conversation import Handoff, HandoffStatus
from bot.errors import HandoffTaken
from bot.nursing import NoteNeeded, NothingToSay, Nursing
from connectors.chatwoot import codec
from connectors.chatwoot.client import PAGE, ChatwootClient
from connectors.chatwoot.codec import Post, Remark
from connectors.chatwoot.mirror import Mirror, Visit
from connectors.chatwoot.telling import Telling

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Listens to chats."""

    nursing: Nursing
    client: ChatwootClient
    telling: Telling

    async def hear(self, visit: Visit, mirror: Mirror) -> None:
        """Everything new in a chat, in order, then whether it was resolved. Raises ChatwootRefused, StoreUnavailable.

        Chatwoot's callback comes once and not again (github.com/chatwoot/chatwoot/issues/15920): it only says that
        something is new. What is new is read here, so that nothing is lost with a callback.
        """
        while True:
            page = await self.client.remarks(mirror.chat, mirror.after)
            fresh = [each for each in page if each.id not in mirror.seen]
            for remark in fresh:
                if remark.key:
                    mirror.posted(remark.key)
            for remark in fresh:
                await self._take(visit, mirror, remark)
                mirror.heard(remark)
            if len(page) < PAGE:
                break
        if visit.is_shown and codec.is_at_chatwoot(visit.handoff):
            chat = await self.client.chat(mirror.chat)
            if chat.resolved:
                await self._close(visit, mirror, codec.nurse_name(chat.assignee))

    async def _take(self, visit: Visit, mirror: Mirror, remark: Remark) -> None:
        if not remark.by_agent:
            return
        if remark.private:
            mirror.note = remark.text or mirror.note
            return
        if remark.files:
            await self.telling.once(mirror, f"files:{remark.id}", codec.NO_FILES)
        if remark.text:
            await self._say(visit, mirror, remark)
        elif remark.files:
            await self.telling.show_outcome(mirror, remark.id, codec.NO_FILES)

    async def _say(self, visit: Visit, mirror: Mirror, remark: Remark) -> None:
        """Say it to the patient; taking the handoff first, when nobody has. What was said before a new handoff is
        shown does not belong to it.
        """
        if not visit.is_shown or not codec.is_at_chatwoot(visit.handoff):
            await self._refuse(visit, mirror, remark)
            return
        clinic, handoff = visit.conversation.clinic, visit.handoff
        nurse = handoff.nurse or codec.nurse_name(remark.name)  # agents take turns at one handoff
        try:
            visit.handoff = handoff = await self._held(visit, nurse)
            said = await self.nursing.say(clinic, handoff.id, nurse, f"chatwoot-{remark.id}", remark.text)
        except HandoffTaken:  # a nurse at our own desk was faster, or the patient took it back
            visit.handoff = await self.nursing.handoffs.get(clinic, handoff.id)
            await self._refuse(visit, mirror, remark)
        except NothingToSay:
            log.info("remark empty", extra={"action": "chatwoot_remark_empty"})
        else:
            mirror.pending = [*mirror.pending, (remark.id, said.id)]

    async def _refuse(self, visit: Visit, mirror: Mirror, remark: Remark) -> None:
        """No word of an agent is dropped in silence."""
        log.warning("remark not said", extra={"action": "chatwoot_remark_not_said", "status": visit.handoff.status})
        taken = visit.is_shown and visit.handoff.status is HandoffStatus.ACCEPTED
        why = codec.TAKEN.format(nurse=visit.handoff.nurse) if taken else codec.NOT_OPEN
        await self.telling.once(mirror, f"refused:{remark.id}", why)
        await self.telling.show_outcome(mirror, remark.id, why)

    async def _close(self, visit: Visit, mirror: Mirror, agent: str) -> None:
        """The chat was resolved: end the handoff, or say why not and open the chat again."""
        nurse = visit.handoff.nurse or agent
        clinic = visit.conversation.clinic
        try:
            handoff = await self._held(visit, nurse)
            visit.handoff = await self.nursing.close(clinic, handoff.id, nurse, mirror.note)
        except NoteNeeded:
            await self.client.post(mirror.chat, Post(f"note:{max(mirror.seen, default=0)}", codec.NOTE_NEEDED))
            await self.client.set_open(mirror.chat, is_open=True)
        except HandoffTaken:
            visit.handoff = await self.nursing.handoffs.get(clinic, visit.handoff.id)

    async def _held(self, visit: Visit, nurse: str) -> Handoff:
        """The handoff, in the hands of `nurse`. Raises HandoffTaken."""
        if visit.handoff.status is HandoffStatus.REQUESTED:
            visit.handoff = await self.nursing.accept(visit.conversation.clinic, visit.handoff.id, nurse)
        return visit.handoff
