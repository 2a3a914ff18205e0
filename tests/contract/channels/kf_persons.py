"""Patients in WeChat customer service: the stand-in of WeCom plays them."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import web

from connectors.tencent.crypto import Envelope
from connectors.tencent.xml import write_xml
from deploy.standin.clock import JumpingClock
from deploy.standin.wecom.kf import Who
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom
from tests.contract.channels.port import Raw

PATH = "/kf/callback"
ACCOUNT = "wkXinglin01"


@dataclass(slots=True)
class KfPersons:
    """The stand-in and everybody on it."""

    url: str
    name: str = "kf"
    ack_s: float = 2.0
    numbered: bool = True
    text_bytes: int = 2_048
    company: WeComSettings = field(default_factory=lambda: WeComSettings(clock=JumpingClock(), wait_s=2.0))
    app: web.Application = field(init=False)
    wecom: WeCom = field(init=False)
    api: str = ""
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.app = make_wecom(self.company)
        self.wecom = self.app[WECOM]

    async def serve(self, stack: AsyncExitStack) -> None:
        """Listen until the stack closes."""
        runner = web.AppRunner(self.app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.wecom.kf_callbacks.url = self.url + PATH

    def settings(self) -> Mapping[str, str]:
        """The company's keys."""
        return {
            "XINGLIN_WECOM_CORP_ID": self.company.corp_id,
            "XINGLIN_WECOM_API_URL": self.api,
            "XINGLIN_KF_SECRET": self.company.kf_secret,
            "XINGLIN_KF_TOKEN": self.company.kf_token,
            "XINGLIN_KF_AES_KEY": self.company.kf_aes_key,
        }

    async def say(self, person: str, text: str) -> bool:
        """Write; True when the callback that tells of it was taken, or a pull has brought it since."""
        self.wecom.say(self._who(person), text)
        await self.wecom.kf_callbacks.settled()
        return self.wecom.kf_callbacks.log[-1] == 200

    async def repeat(self, person: str, text: str, times: int) -> None:
        """One message; so many callbacks at once tell of it, so it is pulled again and again."""
        self.wecom.say(self._who(person), text)
        event = {"MsgType": "event", "Event": "kf_msg_or_event", "Token": "", "OpenKfId": ACCOUNT}
        sent = [self.wecom.kf_callbacks.send(event) for _ in range(times - 1)]
        await asyncio.gather(*sent)
        await self.wecom.settled()

    async def press(self, person: str, label: str) -> None:
        """A line of the newest menu, else its words."""
        menus = [words for one in self.wecom.shown(self._who(person)) for _, words in one.menu if label in words]
        if menus:
            self.wecom.choose(self._who(person), menus[-1])
            await self.wecom.settled()
        else:
            await self.say(person, label)

    async def shown(self, person: str) -> Sequence[str]:
        """What the phone shows of us."""
        shown = self.wecom.shown(self._who(person))
        return ["\n".join([one.text, *(words for _, words in one.menu)]) for one in shown if not one.mine]

    async def odd(self, person: str) -> None:
        """A kind of message that does not exist yet."""
        self.wecom.kf.say(self._who(person), "hologram", {"depth": 3}, "")
        await self.wecom.settled()

    def forged(self) -> Raw | None:
        """The right form, the wrong signature. It covers the body: a small one has to be read, a large one never."""
        return Raw("POST", f"{PATH}?msg_signature={'0' * 40}&timestamp={int(time.time())}&nonce=1")

    def hostile(self, dice: random.Random) -> Raw:
        """Bytes without a signature, and sealed nonsense."""
        timestamp, nonce = str(int(time.time())), str(dice.randrange(10**9))
        if dice.random() < 0.4:
            query = f"msg_signature={dice.random()}&timestamp={timestamp}&nonce={nonce}"
            return Raw("POST", f"{PATH}?{query}", dice.randbytes(dice.randrange(300)))
        events = [{"Event": "kf_msg_or_event"}, {"Event": "x" * 500}, {"Token": "]]>", "OpenKfId": "../.."}]
        inside = dice.choice([dice.randbytes(200), b"<xml>" + b"<a>" * 2_000, *map(write_xml, events)])
        envelope = Envelope(self.company.kf_token, (self.company.kf_aes_key,), self.company.corp_id)
        seal = envelope.seal(inside, timestamp, nonce, 0)
        query = f"msg_signature={seal.signature}&timestamp={timestamp}&nonce={nonce}"
        return Raw("POST", f"{PATH}?{query}", write_xml({"ToUserName": "ww", "Encrypt": seal.ciphertext}))

    def ids(self) -> Sequence[str]:
        """Everybody."""
        return sorted(self.met)

    def _who(self, person: str) -> Who:
        self.met.add(person)
        return ACCOUNT, person
