"""A hundred learners at once, through the whole house: accepted, answered, stored. With a model: what we add to it."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.bootstrap import Bot, build, now, open_library, open_memory
from bot.messages import Address, InboundMessage
from bot.migrate import migrate
from bot.neighbours import Neighbours
from bot.patient_voice import PatientVoice
from bot.settings import Settings
from bot.turn import handle
from cases.encounter import Encounter
from cases.model import Case
from deploy.bench.practice.instant import InstantModel

HEADS = ("load", "answers", "p50, ms", "p95, ms", "p99, ms", "under 50 ms")
LEARNERS = 100
PAUSE_S = 5.0  # between two questions of one learner, on average
TARGET_MS = 50.0
_NOBODY = Neighbours("http://127.0.0.1:9", "", "http://127.0.0.1:9", "")  # practice asks neither Rasa nor the actions
_SEED = 7


async def measured(var: Path, cases: Sequence[Case], seconds: float) -> Sequence[Sequence[str]]:
    """The lines of the table."""
    async with _house(var) as bot:
        talks = [await _seated(bot, number, case) for number, case in zip(range(LEARNERS), itertools.cycle(cases))]
        calm = await asyncio.gather(*(_talk(bot, *talk, seconds) for talk in talks))
        burst = await asyncio.gather(*(_say(bot, address, "您还有哪里不舒服吗？") for address, _ in talks))
    return [
        _row(f"{LEARNERS} learners, each {PAUSE_S:.0f} s between questions", [each for talk in calm for each in talk]),
        _row(f"{LEARNERS} questions in the same instant", burst),
    ]


@asynccontextmanager
async def _house(var: Path) -> AsyncIterator[Bot]:
    settings = Settings(var=var, llm_base_url=None)
    memory = open_memory(settings)
    bot = build(settings, memory, open_library(settings), _NOBODY)
    try:
        await migrate(memory.databases.of(settings.clinic))
        yield bot
    finally:
        await bot.close()


async def _seated(bot: Bot, number: int, case: Case) -> tuple[Address, Case]:
    address = Address("demo", "web", f"learner-{number}")
    await bot.school.practice.begin(address, case.id)
    return address, case


async def _talk(bot: Bot, address: Address, case: Case, seconds: float) -> Sequence[float]:
    dice = random.Random(f"{_SEED}{address.user}")
    ends, spent = time.monotonic() + seconds, []
    for line in itertools.cycle(case.key.expert):
        await asyncio.sleep(dice.uniform(0, 2 * PAUSE_S))
        if time.monotonic() > ends:
            break
        spent.append(await _say(bot, address, line))
    return spent


async def _say(bot: Bot, address: Address, text: str) -> float:
    began = time.perf_counter()
    inbound = InboundMessage(address, f"m{began}", text, now())
    await handle(bot.house, inbound)
    return 1000 * (time.perf_counter() - began)


def _row(name: str, spent: Sequence[float]) -> Sequence[str]:
    ordered = sorted(spent)
    points = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99))
    quick = sum(each < TARGET_MS for each in ordered) / len(ordered)
    return name, f"{len(ordered):,}", *(f"{each:.1f}" for each in points), f"{100 * quick:.1f} %"


async def overhead(cases: Sequence[Case]) -> Sequence[str]:
    """What hearing, rules and the check of its words add to a model that answers at once."""
    model = InstantModel()
    voice, spent = PatientVoice(model), []
    for case in cases:
        encounter = Encounter.start(case, now())
        for line in case.key.expert:
            model.spent_s, began = 0.0, time.perf_counter()
            encounter, _ = await voice.speak("demo", case, encounter, line, now())
            spent.append(1000 * (time.perf_counter() - began - model.spent_s))
    return _row("added to a model's own time", spent)
