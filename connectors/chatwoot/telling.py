"""What agents are told: the handoff, the patient's words, what became of their own, how it ended."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.conversation import Urgency
from bot.messages import Author, Message
from bot.outbox import Delivery, Outbox
from bot.store import ConversationStore
from connectors.chatwoot import codec
from connectors.chatwoot.client import ChatwootClient, ChatwootRefused
from connectors.chatwoot.codec import Post
from connectors.chatwoot.mirror import Mirror, Mirrors, Visit

log = logging.getLogger(__name__)

BEFORE = timedelta(minutes=2)  # longer than any turn: what was said while the asking one ran is in no summary
EARLIER = 50  # messages among which those are looked for
BATCH = 200


@dataclass(slots=True)
class News:
    """What has to be told now."""

    posts: Sequence[Post] = ()
    seq: int = 0  # ours up to here are among the posts
    outcomes: Mapping[int, Delivery] = field(default_factory=dict)  # of agents' words, by remark


@dataclass(frozen=True, slots=True)
class Telling:
    """Shows handoffs at Chatwoot."""

    store: ConversationStore
    outbox: Outbox
    client: ChatwootClient
    mirrors: Mirrors

    async def begin(self, visit: Visit) -> None:
        """Show a new handoff: in the chat of the one before, or a new chat. Raises ChatwootRefused."""
        identifier, label = visit.conversation.id, visit.handoff.patient
        known = visit.mirror
        if known is None:
            contact = await self.client.contact(label, identifier)
            chat = await self.client.chat_of(contact, identifier)
        else:
            chat = await self.client.chat(known.chat)
        mirror = Mirror(chat.id, visit.handoff.id, await self._first_seq(visit))
        if known is not None:
            mirror.seq, mirror.seen, mirror.told = max(mirror.seq, known.seq), known.seen, known.told
            mirror.pending = known.pending
        else:
            await self._adopt(visit, mirror)
        if chat.resolved:
            await self.client.set_open(chat.id, is_open=True)
        await self.mirrors.begin(visit.conversation.id, mirror)
        visit.mirror = mirror

    async def _adopt(self, visit: Visit, mirror: Mirror) -> None:
        """A chat that we do not remember: what was said there before this handoff is long past."""
        page = await self.client.remarks(mirror.chat, None)
        if page:
            mirror.seen = [page[0].id - 1]
        for remark in page:
            if remark.key or remark.at < visit.handoff.requested_at - BEFORE:
                mirror.heard(remark)

    async def news(self, visit: Visit, mirror: Mirror) -> News:
        """What agents do not know yet."""
        outcomes = await self._outcomes(visit, mirror)
        if not codec.is_at_chatwoot(visit.handoff):
            ending = codec.over_post(visit.handoff)
            return News([each for each in (ending,) if each.key not in mirror.told], mirror.seq, outcomes)
        said = await self.store.since(visit.conversation, mirror.seq, BATCH)
        words = codec.words_posts([each for each in said if each.author is Author.PATIENT])
        asked = [each for each in (codec.asked_post(visit.handoff),) if each.key not in mirror.told]
        return News([*asked, *words], said[-1].seq if said else mirror.seq, outcomes)

    async def tell(self, visit: Visit, mirror: Mirror, news: News) -> None:
        """Post it, in order. Raises ChatwootRefused: what was told is remembered all the same."""
        for post in news.posts:
            await self._post(mirror, post)
            if post.key == codec.asked_post(visit.handoff).key and visit.handoff.urgency is Urgency.RED_FLAG:
                await self._try_urgent(mirror.chat)
        mirror.seq = max(mirror.seq, news.seq)
        if news.outcomes:
            await self._report(mirror, news.outcomes)
        if codec.over_key(visit.handoff) in mirror.told:
            await self._end(visit, mirror)

    async def once(self, mirror: Mirror, key: str, words: str) -> None:
        """A private note, unless it stands there already. Raises ChatwootRefused."""
        if key not in mirror.told:
            await self._post(mirror, Post(key, words))

    async def show_outcome(self, mirror: Mirror, remark: int, failure: str = "") -> None:
        """At an agent's words, whether they have arrived. Versions before 4.2 can't show it."""
        try:
            await self.client.report(mirror.chat, remark, failure)
        except ChatwootRefused as error:
            if error.everywhere and error.code != 403:
                raise
            log.info("outcome not shown", extra={"action": "chatwoot_outcome_not_shown", "code": error.code})

    async def _post(self, mirror: Mirror, post: Post) -> None:
        await self.client.post(mirror.chat, post)
        mirror.posted(post.key)

    async def _end(self, visit: Visit, mirror: Mirror) -> None:
        """Nobody has to answer any more, but for words that may still fail."""
        if not (await self.client.chat(mirror.chat)).resolved:
            await self.client.set_open(mirror.chat, is_open=False)
        if not mirror.pending:
            await self.mirrors.end(visit.conversation.id)

    async def _outcomes(self, visit: Visit, mirror: Mirror) -> Mapping[int, Delivery]:
        """What has become of agents' words, where it is worth saying."""
        if not mirror.pending:
            return {}
        found = await self.outbox.deliveries(visit.conversation, [ours for _, ours in mirror.pending])
        outcomes = {remark: found.get(ours, Delivery.FAILED) for remark, ours in mirror.pending}
        return {
            remark: outcome
            for remark, outcome in outcomes.items()
            if outcome is not Delivery.SENDING
            and not (outcome is Delivery.WAITING and _waiting_key(remark) in mirror.told)
        }

    async def _report(self, mirror: Mirror, outcomes: Mapping[int, Delivery]) -> None:
        for remark, outcome in outcomes.items():
            if outcome is Delivery.WAITING:
                await self.once(mirror, _waiting_key(remark), codec.WAITS)
                continue
            if outcome is Delivery.FAILED:
                await self.once(mirror, f"failed:{remark}", codec.NOT_DELIVERED)
            await self.show_outcome(mirror, remark, codec.NOT_DELIVERED if outcome is Delivery.FAILED else "")
            mirror.pending = [each for each in mirror.pending if each[0] != remark]

    async def _try_urgent(self, chat: int) -> None:
        """Versions before 2.16 know no priority; the note says it in words."""
        try:
            await self.client.call_urgent(chat)
        except ChatwootRefused as error:
            if error.everywhere:
                raise
            log.info("no priority", extra={"action": "chatwoot_no_priority", "code": error.code})

    async def _first_seq(self, visit: Visit) -> int:
        """The number before the first of our messages that agents see."""
        from_at = visit.handoff.requested_at - BEFORE
        earlier: Sequence[Message] = await self.store.last(visit.conversation, EARLIER)
        fresh = [each.seq for each in earlier if each.at >= from_at]
        last = earlier[-1].seq if earlier else 0
        return (fresh[0] - 1) if fresh else last


def _waiting_key(remark: int) -> str:
    return f"waiting:{remark}"
