"""Patients in WeChat: the stand-in of Tencent's server plays them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from aiohttp import web

from connectors.tencent.crypto import Envelope, sign
from connectors.tencent.xml import write_xml
from deploy.standin.wechat.people import Shown, Way
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import StandInSettings
from deploy.standin.wechat.wechat import WeChat
from tests.contract.channels.port import Raw

PATH = "/wechat"
WAIT_S = 2.0  # WeChat's five seconds, shortened
REPLY_S = 1.4  # and what the house uses of them
LONGEST_ID = 2**62
EVENTS = ("subscribe", "SCAN", "CLICK", "VIEW", "TEMPLATESENDJOBFINISH", "subscribe_msg_popup_event", "unsubscribe")


@dataclass(slots=True)
class WeChatPersons:
    """The stand-in and everybody on it."""

    url: str
    account: StandInSettings = field(default_factory=StandInSettings)
    wait_s: float = WAIT_S
    reply_s: float = REPLY_S
    customer_service: bool = True
    name: str = "wechat"
    ack_s: float = WAIT_S
    numbered: bool = True
    text_bytes: int = 2_048
    app: web.Application = field(init=False)
    wechat: WeChat = field(init=False)
    api: str = ""
    met: set[str] = field(default_factory=set)
    copies: Counter[tuple[str, str]] = field(default_factory=Counter)  # person and words of repeated replies

    def __post_init__(self) -> None:
        callback = self.url + PATH
        self.account = replace(self.account, callback_url=callback, wait_s=self.wait_s)
        self.app = make_wechat(self.account)
        self.wechat = self.app[WECHAT]

    async def serve(self, stack: AsyncExitStack) -> None:
        """Listen until the stack closes."""
        runner = web.AppRunner(self.app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{runner.addresses[0][1]}"

    def settings(self) -> Mapping[str, str]:
        """The account's keys."""
        return {
            "XINGLIN_WECHAT_APP_ID": self.account.app_id,
            "XINGLIN_WECHAT_APP_SECRET": self.account.secret,
            "XINGLIN_WECHAT_TOKEN": self.account.token,
            "XINGLIN_WECHAT_AES_KEY": self.account.aes_key,
            "XINGLIN_WECHAT_API_URL": self.api,
            "XINGLIN_WECHAT_REPLY_S": str(self.reply_s),
            "XINGLIN_WECHAT_CUSTOMER_SERVICE": str(self.customer_service).lower(),
        }

    async def say(self, person: str, text: str) -> bool:
        """Type words; True when one of the three tries was answered properly."""
        self.met.add(person)
        return (await self.wechat.say(person, text)).fine

    async def repeat(self, person: str, text: str, times: int) -> None:
        """One MsgId, at once. WeChat listens to one of the requests only, so all must be told the same."""
        self.met.add(person)
        id = random.Random(text).randrange(LONGEST_ID)
        delivered = await asyncio.gather(*(self.wechat.say(person, text, id) for _ in range(times)))
        replies = [reply.text for one in delivered if (reply := one.tries[-1].reply)]
        assert len(set(replies)) <= 1, "two deliveries of one message were answered differently"
        if replies:
            self.copies[person, replies[0]] += len(replies) - 1

    async def press(self, person: str, label: str) -> None:
        """An item of the newest menu message; where it was shown as a list, its words are typed."""
        if any(label in item.content for one in self.wechat.shown(person) for item in one.items):
            items = [item.content for one in self.wechat.shown(person) for item in one.items if label in item.content]
            await self.wechat.choose(person, items[-1])
        else:
            await self.say(person, label)

    async def shown(self, person: str) -> Sequence[str]:
        """What stands on the screen beside the person's own words; a reply to copies of one message is one."""
        left, seen = Counter(self.copies), []
        for one in self.wechat.shown(person):
            if one.way is Way.PASSIVE and left[person, one.text]:
                left[person, one.text] -= 1
            elif one.way is not Way.SAID:
                seen.append(_words(one))
        return seen

    async def odd(self, person: str) -> None:
        """A type of message that does not exist yet."""
        self.met.add(person)
        await self.wechat.raw(person, {"MsgType": "hologram", "Depth": "3"})

    def forged(self) -> Raw | None:
        """The right form, the wrong signature."""
        now = str(int(time.time()))
        return Raw(
            "POST", f"{PATH}?signature={'0' * 40}&timestamp={now}&nonce=1&encrypt_type=aes&msg_signature={'0' * 40}"
        )

    def hostile(self, dice: random.Random) -> Raw:
        """Bytes without a signature, ciphers that hold nothing good, and messages with wrong fields."""
        body = dice.choice([_bytes, _bomb, _wrong_fields, _deep])(dice)
        if dice.random() < 0.3:
            return Raw(dice.choice(["POST", "GET", "PUT"]), f"{PATH}?signature={dice.random()}&timestamp=x", body)
        return sealed(self.account, body, dice)

    def ids(self) -> Sequence[str]:
        """Everybody's openid."""
        return sorted(self.met)


def sealed(account: StandInSettings, inside: bytes, dice: random.Random) -> Raw:
    """A body as Tencent sends it in safe mode."""
    timestamp, nonce = str(int(time.time())), str(dice.randrange(10**9))
    envelope = Envelope(account.token, (account.aes_key,), account.app_id)
    seal = envelope.seal(inside, timestamp, nonce, 0)
    query = (
        f"signature={sign(account.token, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}"
        f"&encrypt_type=aes&msg_signature={seal.signature}"
    )
    return Raw("POST", f"{PATH}?{query}", write_xml({"ToUserName": account.account, "Encrypt": seal.ciphertext}))


def _words(one: Shown) -> str:
    return "\n".join(filter(None, (one.text, *(item.content for item in one.items), one.tail)))


def _bytes(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(400))


def _bomb(dice: random.Random) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>'


def _deep(dice: random.Random) -> bytes:
    depth = dice.randrange(1, 3_000)
    return b"<xml>" + b"<a>" * depth + b"</a>" * depth + b"</xml>"


def _wrong_fields(dice: random.Random) -> bytes:
    fields = {
        "ToUserName": "gh", "FromUserName": f"o{dice.randrange(100)}", "CreateTime": str(int(time.time())),
        "MsgType": dice.choice(["text", "event", "voice", "image", "location", "link", "card", ""]),
        "MsgId": str(dice.randrange(LONGEST_ID)), "Content": dice.choice(["你好", "", "长" * 3_000, "]]>", "/restart"]),
        "Event": dice.choice(EVENTS),
    }  # fmt: skip
    for name in dice.sample(sorted(fields), dice.randrange(4)):
        fields[name] = dice.choice(["", "x" * 300, "-1", "1e400", "\u202e", "<b>", "NaN"])
        if dice.random() < 0.5:
            del fields[name]
    return write_xml(fields)
