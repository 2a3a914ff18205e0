"""The wire out: the group robot, the cards of the application, and the application's token."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from pydantic import SecretStr

from bot.alerting import AlertFailed, Audience, Call
from bot.conversation import HandoffStatus
from bot.roster import Nurse
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.remedies import Remedy
from connectors.tencent.tokens import Fetched, TokenUnavailable
from connectors.wecom import codec

A_MINUTE = timedelta(minutes=1)
ROBOT_A_MINUTE = 20  # messages of one group robot (developer.work.weixin.qq.com/document/path/91770)
NOT_A_MEMBER = (40003, 40031, 60011, 81013)  # nobody of this name in reach: the next nurse is told
Link = Callable[[str, str, datetime], str]
"""The desk's address for a nurse (name), a handoff and the time it is made."""


async def fetch_token(api: Api, corp_id: str, secret: SecretStr) -> Fetched:
    """An access token of one secret (…/document/path/91039), by an Api without one. Raises ApiRefused."""
    query = {"corpid": corp_id, "corpsecret": secret.get_secret_value()}
    answer = await api.call("/cgi-bin/gettoken", query=query)
    return Fetched(str(answer["access_token"]), timedelta(seconds=int(answer["expires_in"])))


@dataclass(slots=True)
class GroupRobot:
    """Tells the nurses' group: many handoffs in few messages, at most 20 of them in any minute."""

    api: Api  # without a token: the key is the only secret, and stands in the address
    key: SecretStr
    name: str = "wecom_group"
    audience: Audience = Audience.GROUP
    _sent: deque[datetime] = field(default_factory=deque, init=False)

    async def tell(self, _nurse: Nurse | None, calls: Sequence[Call], at: datetime) -> Mapping[str, str]:
        """Tell the group. What finds no room in this minute is left for a later beat."""
        told: dict[str, str] = {}
        for some, body in codec.group_bodies(calls, at):
            if not self._has_room(at):
                break
            try:
                await self._send(body)
            except AlertFailed:
                if not told:
                    raise
                break
            self._sent.append(at)
            told |= {call.handoff: "" for call in some}
        return told

    async def settle(self, _nurse: Nurse, _ref: str, _status: HandoffStatus, _by: str | None) -> None:
        """A message of a robot can't be changed."""

    def _has_room(self, at: datetime) -> bool:
        while self._sent and self._sent[0] <= at - A_MINUTE:
            self._sent.popleft()
        return len(self._sent) < ROBOT_A_MINUTE

    async def _send(self, body: Mapping[str, object]) -> None:
        try:
            await self.api.call("/cgi-bin/webhook/send", query={"key": self.key.get_secret_value()}, body=body)
        except ApiRefused as error:
            _fail(error)


@dataclass(frozen=True, slots=True)
class NurseCards:
    """Tells one nurse by a card with a button, and changes the card when somebody has taken the handoff."""

    api: Api
    agent: int
    link: Link
    name: str = "wecom_card"
    audience: Audience = Audience.NURSE

    async def tell(self, nurse: Nurse | None, calls: Sequence[Call], _at: datetime) -> Mapping[str, str]:
        """One card for each handoff, as many as WeCom takes now."""
        if nurse is None:
            raise AlertFailed("a card has one receiver", final=True)
        told: dict[str, str] = {}
        failure = AlertFailed()
        for call in calls:
            try:
                told[call.handoff] = await self._send(nurse, call)
            except AlertFailed as error:
                failure = error
                if not error.final:  # a member gets 30 a minute: the others would be refused too
                    break
        if not told:
            raise failure
        return told

    async def settle(self, nurse: Nurse, ref: str, status: HandoffStatus, by: str | None) -> None:
        """Put words in place of the buttons."""
        await self.answer(nurse.wecom, ref, codec.ending(status, by))

    async def answer(self, userid: str, ref: str, words: str) -> None:
        """Put words in place of the buttons of one card. Raises AlertFailed."""
        body = codec.ending_body(self.agent, userid, ref, words)
        try:
            await self.api.call("/cgi-bin/message/update_template_card", body=body)
        except (ApiRefused, TokenUnavailable) as error:
            _fail(error)

    async def _send(self, nurse: Nurse, call: Call) -> str:
        link = self.link(nurse.name, call.handoff, call.planned_at)
        body = codec.card_body(self.agent, nurse.wecom, call, link)
        try:
            answer = await self.api.call("/cgi-bin/message/send", body=body)
        except (ApiRefused, TokenUnavailable) as error:
            _fail(error)
        if answer.get("invaliduser"):  # errcode is 0 although nobody got it
            raise AlertFailed("no such member", final=True)
        return str(answer.get("response_code", ""))


def _fail(error: ApiRefused | TokenUnavailable) -> NoReturn:
    """Raise it as the port knows it; the number alone is told, never the address of the call."""
    if isinstance(error, TokenUnavailable):
        raise AlertFailed("token") from None
    final = error.code in NOT_A_MEMBER or error.remedy in (Remedy.BAD_FIELDS, Remedy.OPERATOR, Remedy.GONE)
    raise AlertFailed(error.detail, final, A_MINUTE if error.remedy is Remedy.WAIT else timedelta()) from None
