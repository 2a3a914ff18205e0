"""The wire out: pulling, sending, greeting, and who has a conversation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.conversation import Conversation
from bot.messages import Address, Kind
from bot.reach import Reach, Standing
from connectors.base import Bundle, ChannelRefused, Fate
from connectors.kf import codec, packing
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.remedies import Remedy

PAGE = 200  # items of one pull; KF allows 1,000, but a lock is held meanwhile
RESERVED = 1  # of the five messages, for a red flag or a nurse
NO_MESSAGE_LEFT, WINDOW_ENDED = 95001, 95002
PAUSE_OF_QUOTA = timedelta(minutes=1)
PAUSE_OF_OPERATOR = timedelta(minutes=5)
TOKEN_ENDED = 95007


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of sync_msg."""

    items: Sequence[Mapping[str, Any]]
    cursor: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class KfClient:
    """Calls for all KF accounts of one company."""

    api: Api
    reach: Reach
    clock: Callable[[], datetime]

    async def accounts(self) -> Sequence[str]:
        """The open_kfids there are (…/document/path/94661). Raises ApiRefused."""
        answer = await self.api.call("/cgi-bin/kf/account/list", body={"offset": 0, "limit": 100})
        return [str(one["open_kfid"]) for one in answer.get("account_list", ())]

    async def pull(self, open_kfid: str, cursor: str, token: str) -> Page:
        """What is new since a cursor, or in the last three days without one. Raises ApiRefused."""
        body = {"cursor": cursor, "token": token, "limit": PAGE, "voice_format": 0, "open_kfid": open_kfid}
        answer = await self.api.call("/cgi-bin/kf/sync_msg", body={key: value for key, value in body.items() if value})
        items = [one for one in answer.get("msg_list", ()) if isinstance(one, Mapping)]
        return Page(items, str(answer.get("next_cursor", "")), bool(answer.get("has_more")))

    async def state(self, where: Address) -> codec.State:
        """Who has a conversation. Raises ApiRefused."""
        answer = await self.api.call("/cgi-bin/kf/service_state/get", body=_person(where, "external_userid"))
        found = answer.get("service_state")
        return codec.State(found) if found in list(codec.State) else codec.State.NEW

    async def greet(self, welcome_code: str, bundle: Bundle) -> None:
        """The one message that entering allows (…/document/path/95122). Raises ApiRefused."""
        body = {"code": welcome_code, "msgid": _wire_id(bundle), **codec.content(bundle.body)}
        await self.api.call("/cgi-bin/kf/send_msg_on_event", body=body)

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """Send within the window (…/document/path/94677). Raises ChannelRefused."""
        where, keep = conversation.address, 0 if packing.may_use_reserve(bundle.messages) else RESERVED
        left = await self.reach.left(where, self.clock())
        if left.standing is not Standing.OPEN or not left.beyond(keep):
            raise _no_way("no message left", bundle)
        tail = packing.TAIL if bundle.more and left.beyond(keep) == 1 else ""
        body = _person(where, "touser") | {"msgid": _wire_id(bundle)} | codec.content(bundle.body, tail)
        try:
            await self.api.call("/cgi-bin/kf/send_msg", body=body)
        except ApiRefused as error:
            raise await self._refused(where, error, bundle) from None
        # Counted once it has left: a busy server costs the person nothing.
        await self.reach.spend(where, self.clock())

    async def _refused(self, where: Address, error: ApiRefused, bundle: Bundle) -> ChannelRefused:
        if error.code == NO_MESSAGE_LEFT:
            await self.reach.ran_out(where)
            return _no_way(error.detail, bundle)
        if error.code == WINDOW_ENDED:
            await self.reach.closed(where)
        if error.remedy in (Remedy.CLOSED, Remedy.ASK_AGAIN):  # or it is with a person at WeCom's own desk
            return _no_way(error.detail, bundle)
        if error.remedy is Remedy.GONE:
            await self.reach.mark(where, Standing.BLOCKED)
        fate, after = FATE_OF[error.remedy]
        return ChannelRefused(error.detail, fate, after)


def _no_way(why: str, bundle: Bundle) -> ChannelRefused:
    """It waits for the person's next word; a reminder that comes late is wrong, and danger is told to a nurse."""
    first = bundle.messages[0]
    if first.kind is Kind.REMINDER:
        return ChannelRefused(why, Fate.GIVE_UP)
    return ChannelRefused(why, Fate.WAIT, tell=packing.may_use_reserve((first,)))


FATE_OF: Mapping[Remedy, tuple[Fate, timedelta | None]] = {
    Remedy.RETRY: (Fate.RETRY, None),
    Remedy.TOKEN: (Fate.RETRY, None),
    Remedy.WAIT: (Fate.RETRY, PAUSE_OF_QUOTA),  # of calls; messages are treated above
    Remedy.OPERATOR: (Fate.RETRY, PAUSE_OF_OPERATOR),
    Remedy.GONE: (Fate.GIVE_UP, None),
    Remedy.BAD_FIELDS: (Fate.GIVE_UP, None),
}


def _wire_id(bundle: Bundle) -> str:
    """By the last of the joined ones: joined with a later one it is a new message, and nothing is taken as repeated
    that was not said before.
    """
    return codec.wire_id(bundle.messages[-1].id, bundle.part)


def _person(where: Address, field: str) -> dict[str, Any]:
    open_kfid, external_userid = codec.ids(where)
    return {"open_kfid": open_kfid, field: external_userid}
