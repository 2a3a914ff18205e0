"""Delivering to the hospital: signed, ciphered, waited for, repeated.

Official: developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html (5 s, three
requests in all), …/Passive_user_reply_message.html (what counts as an answer, the notice) and
…/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html (the cipher).
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.tencent.crypto import Envelope, sign
from connectors.tencent.xml import write_xml
from deploy.standin.wechat.faults import Fault, Faults
from deploy.standin.wechat.letters import Letter
from deploy.standin.wechat.people import Look, People, Shown, Way
from deploy.standin.wechat.replies import Malformed, read_reply
from deploy.standin.wechat.settings import Mode, StandInSettings

NOTICE = "该公众号提供的服务出现故障，请稍后再试"
_KEPT_DELIVERIES = 1000


class Outcome(StrEnum):
    """How one try ended."""

    SILENT = "silent"  # `success` or nothing: the hospital took it and answers otherwise
    ANSWERED = "answered"
    LATE = "late"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # another status than 200
    MALFORMED = "malformed"


FINE = frozenset({Outcome.SILENT, Outcome.ANSWERED})


@dataclass(frozen=True, slots=True)
class Try:
    """One request to the hospital."""

    outcome: Outcome
    took_s: float
    detail: str = ""
    reply: Shown | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter's way: its tries in order, and whether the notice had to be shown."""

    letter: Letter
    tries: tuple[Try, ...]
    noticed: bool

    @property
    def fine(self) -> bool:
        """Whether the hospital took it in the end."""
        return self.tries[-1].outcome in FINE


class Callbacks:
    """The wire to the hospital. Several addresses are taken in turn, as behind a load balancer."""

    def __init__(self, settings: StandInSettings, people: People, faults: Faults) -> None:
        self.urls: Sequence[str] = (settings.callback_url,) if settings.callback_url else ()
        self.envelope = Envelope(settings.token, (settings.aes_key,), settings.app_id)
        self.deliveries: deque[Delivery] = deque(maxlen=_KEPT_DELIVERIES)
        self._settings, self._people, self._faults = settings, people, faults
        self._turn = count()
        self._overtaken: dict[str, asyncio.Event] = {}

    async def check_url(self, http: ClientSession, url: str) -> bool:
        """The check before an address is accepted: it must send the echo string back, and nothing else."""
        echo = str(secrets.randbits(63))
        query = self._signed() | {"echostr": echo}
        try:
            async with http.get(url, params=query, timeout=self._timeout()) as answer:
                return answer.status == 200 and await answer.text() == echo
        except (ClientError, TimeoutError, OSError, ValueError):
            return False

    async def deliver(self, http: ClientSession, letter: Letter) -> Delivery:
        """Send a letter until it has a proper answer, three times at most; show what comes back."""
        trouble = self._faults.of_callback()
        fault = trouble.fault if trouble else None
        if fault is Fault.OVERTAKEN:
            await self._wait_for_the_next(letter.openid)
        copies = trouble.number if trouble and fault is Fault.DUPLICATE else 1
        lost = fault is Fault.ANSWER_LOST
        done = await asyncio.gather(*(self._tried(http, letter, lost) for _ in range(copies)))
        self._overtook(letter.openid, fault)
        return done[0]

    async def _tried(self, http: ClientSession, letter: Letter, lost: bool) -> Delivery:
        tries: list[Try] = []
        while len(tries) < self._settings.tries:
            tries.append(await self._try(http, letter, lost and not tries))
            if tries[-1].outcome in FINE:
                break
        noticed = tries[-1].outcome not in FINE and letter.noticed
        if shown := Shown(Way.NOTICE, Look.NOTICE, NOTICE) if noticed else tries[-1].reply:
            self._people.meet(letter.openid).show(shown, self._settings.clock())
        done = Delivery(letter, tuple(tries), noticed)
        self.deliveries.append(done)
        return done

    async def _try(self, http: ClientSession, letter: Letter, lost: bool) -> Try:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            outcome, detail, reply = await self._ask(http, letter)
        except TimeoutError:
            return Try(Outcome.LATE, clock() - began)
        except (ClientError, OSError) as error:
            return Try(Outcome.UNREACHABLE, clock() - began, type(error).__name__)
        if lost:
            return Try(Outcome.UNREACHABLE, clock() - began, "answer lost")
        return Try(outcome, clock() - began, detail, reply)

    async def _ask(self, http: ClientSession, letter: Letter) -> tuple[Outcome, str, Shown | None]:
        url = self.urls[next(self._turn) % len(self.urls)]
        query, body = self._wrapped(letter)
        headers = {"Content-Type": "text/xml"}
        async with http.post(url, params=query, data=body, headers=headers, timeout=self._timeout()) as answer:
            content = await answer.read()
            if answer.status != 200:
                return Outcome.REFUSED, f"HTTP {answer.status}", None
        settings = self._settings
        try:
            reply = read_reply(content, settings.mode, self.envelope, letter.openid, settings.account)
        except Malformed as error:
            return Outcome.MALFORMED, str(error), None
        return (Outcome.ANSWERED if reply else Outcome.SILENT), "", reply

    def _wrapped(self, letter: Letter) -> tuple[dict[str, str], bytes]:
        """Query and body of one try; timestamp and nonce are fresh, the letter is the same."""
        query = self._signed() | {"openid": letter.openid}
        plain = write_xml(letter.fields)
        if self._settings.mode is Mode.PLAIN:
            return query, plain
        sealed = self.envelope.seal(plain, query["timestamp"], query["nonce"], 0)
        outside = {"ToUserName": self._settings.account} if self._settings.mode is Mode.SAFE else letter.fields
        body = write_xml({**outside, "Encrypt": sealed.ciphertext})
        return query | {"encrypt_type": "aes", "msg_signature": sealed.signature}, body

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = (
            str(int((self._settings.callback_clock or self._settings.clock)().timestamp())),
            str(secrets.randbelow(10**10)),
        )
        signature = sign(self._settings.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _timeout(self) -> ClientTimeout:
        return ClientTimeout(total=self._settings.wait_s)

    async def _wait_for_the_next(self, openid: str) -> None:
        passed = self._overtaken.setdefault(openid, asyncio.Event())
        try:
            await asyncio.wait_for(passed.wait(), self._settings.wait_s)
        except TimeoutError:
            self._overtaken.pop(openid, None)  # nobody came: it goes out late, but in order

    def _overtook(self, openid: str, fault: Fault | None) -> None:
        if fault is not Fault.OVERTAKEN and (waiting := self._overtaken.pop(openid, None)):
            waiting.set()
