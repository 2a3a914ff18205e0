"""How near the callback path comes to a bare handler: the same sealed bytes to both, in turns, one at a time."""

import itertools
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from aiohttp import ClientError, ClientSession
from yarl import URL

from bot.settings import ROOT
from connectors.tencent.crypto import Envelope, sign
from connectors.tencent.xml import write_xml
from deploy.bench.door.brain import thinking
from deploy.bench.door.standing import Window, scripted, standing
from deploy.bench.figures import percentile
from deploy.bench.processes import Start, quiet_environment, running
from deploy.bench.where import LOOPBACK
from deploy.running import free_port
from deploy.standin.wechat.settings import StandInSettings

HEADS = ("", "p50", "p95", "against the bare handler")
BARE = "bare aiohttp with wechatpy: verify, decrypt"
EVENT = "house: an event without a turn (TEMPLATESENDJOBFINISH)"
REPEATED = "house: a repeated message, answered as before"
FRESH = "house: a new message, the whole turn, Rasa taking no time"


@dataclass(slots=True)
class Callbacks:
    """Sealed callbacks of one account."""

    account: StandInSettings = field(default_factory=StandInSettings)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def message(self, number: int) -> tuple[Mapping[str, str], bytes]:
        """Words; the number is that of the message."""
        return self._sealed({"MsgType": "text", "Content": f"词{number}", "MsgId": str(10**15 + number)})

    def event(self) -> tuple[Mapping[str, str], bytes]:
        """What became of a template message: nobody is to be answered."""
        job = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": str(next(self.numbers)), "Status": "success"}
        return self._sealed({"MsgType": "event", **job})

    def _sealed(self, fields: Mapping[str, str]) -> tuple[Mapping[str, str], bytes]:
        now, nonce, account = str(int(time.time())), str(next(self.numbers)), self.account
        head = {"ToUserName": account.account, "FromUserName": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "CreateTime": now}
        envelope = Envelope(account.token, (account.aes_key,), account.app_id)
        seal = envelope.seal(write_xml({**head, **fields}), now, nonce, 0)
        query = {"signature": sign(account.token, now, nonce), "timestamp": now, "nonce": nonce, "encrypt_type": "aes"}
        body = write_xml({"ToUserName": account.account, "Encrypt": seal.ciphertext})
        return {**query, "msg_signature": seal.signature}, body


async def floor(var: Path, rounds: int) -> Sequence[Sequence[str]]:
    """Rows of the table."""
    spent: dict[str, list[float]] = {name: [] for name in (BARE, EVENT, REPEATED, FRESH)}
    port, callbacks = free_port(), Callbacks()
    bare_url = f"http://{LOOPBACK}:{port}/wechat"
    environment = quiet_environment(os.environ)
    start = Start((sys.executable, "-m", "deploy.bench.door.bare", str(port)), ROOT, environment)
    async with ClientSession() as http:

        async def ready() -> bool:
            try:
                async with http.get(bare_url) as response:
                    return response.status == 405
            except (ClientError, OSError):
                return False

        async with (
            thinking() as brain,
            standing(var, scripted(brain), Window()) as house,
            running((start,), var / "bare.log", ready),
        ):
            for number in range(rounds):
                fresh = callbacks.message(number)
                for name, url, (query, body) in (
                    (BARE, bare_url, fresh),
                    (FRESH, house.url, fresh),
                    (REPEATED, house.url, callbacks.message(number)),
                    (EVENT, house.url, callbacks.event()),
                ):
                    spent[name].append(await _post_ms(http, URL(url).with_query(query), body))
    return [_row(name, ms, spent[BARE]) for name, ms in spent.items()]


async def _post_ms(http: ClientSession, url: URL, body: bytes) -> float:
    began = time.perf_counter()
    async with http.post(url, data=body) as response:
        await response.read()
        response.raise_for_status()
    return (time.perf_counter() - began) * 1_000


def _row(name: str, ms: Sequence[float], bare: Sequence[float]) -> Sequence[str]:
    times = f"× {median(ms) / median(bare):.1f}"
    return (name, f"{median(ms):.2f} ms", f"{percentile(ms, 0.95):.2f} ms", times)
