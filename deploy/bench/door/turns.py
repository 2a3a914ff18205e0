"""Fast turns through the door, with one, twenty and a hundred patients, beside a quick and a very slow model."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from deploy.bench.answers.paced import Pace, PacedModel, serving
from deploy.bench.door.standing import Standing, Window, answered_after, standing
from deploy.bench.figures import percentile
from deploy.bench.script import ACTION, PLAIN, Step
from deploy.standin.wechat.callbacks import Delivery, Outcome

QUICK_MODEL = Pace(first_s=0.25, piece_s=0.01)
SLOW_MODEL = Pace(first_s=30.0, piece_s=0.01)
ASKED_OF_THE_MODEL = "高血压平时要注意什么"
FAST = (*PLAIN.steps, *ACTION.steps)
ONE_IN = 4  # for so many patients with fast turns one more waits for the model


@dataclass(slots=True)
class Found:
    """What one load showed."""

    patients: int
    model: str
    spent_s: list[float] = field(default_factory=list)  # of fast turns, from the words to the answer on the phone
    passive: int = 0  # of them answered in the reply to the callback
    first_try: int = 0  # and in the first of its three tries
    missed: int = 0  # not answered as meant
    asked: int = 0  # questions put to the model meanwhile

    @property
    def share(self) -> float:
        """Answered inside the passive window."""
        return self.passive / len(self.spent_s) if self.spent_s else 0.0

    def row(self) -> Sequence[str]:
        """A row of the table."""
        p50, p95 = (percentile(self.spent_s, share) * 1_000 for share in (0.5, 0.95))
        turns = len(self.spent_s)
        return (
            f"{self.model}, {self.patients} at once",
            f"{p50:,.0f} ms", f"{p95:,.0f} ms", f"{self.share:.2%}", f"{self.first_try / turns:.2%}",
            f"{turns:,}", f"{1 - self.missed / turns:.1%}", f"{self.asked:,}",
        )  # fmt: skip


HEADS = ("", "p50", "p95", "in the reply", "in the first try", "fast turns", "as meant", "questions to the model")


@asynccontextmanager
async def house_with(var: Path, pace: Pace) -> AsyncIterator[Standing]:
    """The real house with its own Rasa, and a model of this pace."""
    model = PacedModel(pace, "{}")
    model.pieces = ("平时要少吃盐，", "按时吃药，", "定期量血压。")
    async with serving(model) as url:
        more = {"XINGLIN_LLM_BASE_URL": url, "XINGLIN_LLM_MODEL": "paced", "XINGLIN_LLM_FIRST_TOKEN_S": "35"}
        async with standing(var, more, Window()) as house:
            yield house


async def load(house: Standing, model: str, patients: int, seconds: float) -> Found:
    """So many patients, each saying the next thing when the last was answered."""
    found = Found(patients, model)
    end = time.perf_counter() + seconds
    waiting = [
        asyncio.create_task(_ask(house, f"o-{model}-{patients}-m{n}", found)) for n in range(-(-patients // ONE_IN))
    ]
    await asyncio.gather(*(_patient(house, f"o-{model}-{patients}-{n}", end, found) for n in range(patients)))
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return found


async def _ask(house: Standing, openid: str, found: Found) -> None:
    """One question to the model after another."""
    while True:
        before = len(house.wechat.answers(openid))
        await house.wechat.say(openid, ASKED_OF_THE_MODEL)
        found.asked += 1
        await answered_after(house.wechat, openid, before)


async def _patient(house: Standing, openid: str, end: float, found: Found) -> None:
    await house.wechat.say(openid, FAST[0].said)  # pays for making the conversation
    for step in cycle(FAST):
        if time.perf_counter() > end:
            return
        await _turn(house, openid, step, found)


async def _turn(house: Standing, openid: str, step: Step, found: Found) -> None:
    before = len(house.wechat.answers(openid))
    began = time.perf_counter()
    delivery = await house.wechat.say(openid, step.said)
    await answered_after(house.wechat, openid, before)
    found.spent_s.append(time.perf_counter() - began)
    found.passive += _answered(delivery)
    found.first_try += _answered(delivery) and len(delivery.tries) == 1
    found.missed += step.answered not in "".join(house.wechat.answers(openid)[before:])


def _answered(delivery: Delivery) -> bool:
    return delivery.tries[-1].outcome is Outcome.ANSWERED
