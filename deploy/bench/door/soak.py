"""Tens of thousands of messages while the stand-in fails at random: every answer arrives, and arrives once."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from deploy.bench.door.brain import thinking
from deploy.bench.door.standing import Standing, Window, scripted, standing
from deploy.bench.processes import resident_mib
from deploy.children import until
from deploy.running import Tell
from deploy.standin.wechat.callbacks import NOTICE
from deploy.standin.wechat.faults import Fault
from deploy.standin.wechat.people import Way

SEED = 20261121
RATE = 0.05  # of API calls and of callbacks that go wrong
# Not DROP_AFTER: the message arrives and the line dies before the answer. Nobody can know that, and WeChat gives no id
# to send it again by, so it is sent again.
FAULTS = tuple(fault for fault in Fault if fault not in (Fault.DROP_AFTER, Fault.CODE))
WINDOW = Window(wait_s=1.5, reply_s=1.0)  # shorter than the real ones: more goes by customer-service message
SLOW_IN = 10  # one message in so many goes to a model
SLOW = "慢1.5秒 "  # which answers too late for the reply
PATIENCE_S = 240.0
LOOK_S = 2.0
IMPATIENT_S = 30.0
LOOK_SOON_S = 0.02
SEEN = 6  # of the last messages on a screen
HEADS = ("messages", "lost", "doubled", "notices", "a second", "in the reply", "memory before, after")
_WORD = re.compile(r"答：(词\d+)")


@dataclass(slots=True)
class Soak:
    """The course of one soak."""

    messages: int
    patients: int
    tell: Tell
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    said: int = 0
    replied: int = 0

    async def run(self, var: Path) -> Sequence[str]:
        """The row of the table."""
        async with thinking() as brain, standing(var, scripted(brain), WINDOW) as house:
            before = resident_mib(house.pids)
            house.wechat.faults.by_lot(RATE, SEED, FAULTS)
            began = time.perf_counter()
            await asyncio.gather(*(self._patient(house, f"o-soak-{n}") for n in range(self.patients)))
            spent = time.perf_counter() - began
            house.wechat.faults.clear()
            # Who wrote faster than five answers for each word waits for what is parked until the next word.
            await asyncio.gather(*(house.wechat.say(f"o-soak-{n}", "继续") for n in range(self.patients)))
            shown = await self._all_shown(house)
            after = resident_mib(house.pids)
        lost = sum(not shown[f"词{n}"] for n in range(1, self.said + 1))
        doubled = sum(times > 1 for times in shown.values())
        return (
            f"{self.said:,}", f"{lost:,}", f"{doubled:,}", f"{self._notices(house):,}", f"{self.said / spent:,.0f}",
            f"{self.replied / self.said:.1%}", f"{before:,.0f} MiB, {after:,.0f} MiB",
        )  # fmt: skip

    async def _patient(self, house: Standing, openid: str) -> None:
        """Says the next thing when the last was answered, or after a while without."""
        while (number := next(self.numbers)) <= self.messages:
            self.said = max(self.said, number)
            words, slow = f"词{number}", SLOW if number % SLOW_IN == 0 else ""
            delivery = await house.wechat.say(openid, slow + words)
            self.replied += any(words in one.reply.text for one in delivery.tries if one.reply)
            await until(partial(_has, house, openid, words), IMPATIENT_S, LOOK_SOON_S)
            if number % 2_000 == 0:
                self.tell(f"{number:,} / {self.messages:,}")

    async def _all_shown(self, house: Standing) -> Counter[str]:
        """How often each word was answered, when all were or patience is over."""

        async def all_shown() -> bool:
            return len(self._shown(house)) >= self.said

        await until(all_shown, PATIENCE_S, LOOK_S)
        return self._shown(house)

    def _shown(self, house: Standing) -> Counter[str]:
        """Two deliveries of one message are told the same, and WeChat listens to one: equal replies count once."""
        shown: Counter[str] = Counter()
        for n in range(self.patients):
            screen = house.wechat.shown(f"o-soak-{n}")
            replies = {one.text for one in screen if one.way is Way.PASSIVE}
            others = [one.text for one in screen if one.way is Way.CUSTOMER_SERVICE]
            shown.update(word for text in (*replies, *others) for word in _WORD.findall(text))
        return shown

    def _notices(self, house: Standing) -> int:
        return sum(house.wechat.answers(f"o-soak-{n}").count(NOTICE) for n in range(self.patients))


async def _has(house: Standing, openid: str, words: str) -> bool:
    return any(f"答：{words}" in text for text in house.wechat.answers(openid)[-SEEN:])
