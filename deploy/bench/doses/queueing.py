"""Doses due in the same minute: how fast all are queued, beside plain APScheduler on the same database."""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import time as clock
from typing import Final

from bot.reminding import BATCH
from bot.rounds import Rounds
from deploy.bench.doses.filling import fill_doses, fill_people, fill_regimens
from deploy.bench.doses.plain import Ran, run_plain
from deploy.bench.doses.stands import Backend, Stand, stand
from deploy.bench.processes import resident_mib
from deploy.running import Tell
from schedules.timing import Timing

AT: Final = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DAILY: Final = Timing(time_of_day=(clock(8),))
EACH: Final = (1, 4)  # medicines of one person at that minute
HEADS: Final = ("", "doses", "messages", "seconds", "doses a second", "against APScheduler", "core a dose", "memory")


async def queueing(backend: Backend, doses: int, plain_doses: int, tell: Tell) -> Sequence[Sequence[str]]:
    """Rows of the table. Raises Trouble."""
    tell(f"APScheduler, {backend}, {plain_doses:,} …")
    async with stand(backend) as floor:
        await _fill(floor, plain_doses, 1)
        plain = await asyncio.to_thread(run_plain, floor, plain_doses)
    rows = [_row(f"APScheduler, a job a dose, {backend}", plain, plain.doses, "", "")]
    for each in EACH:
        tell(f"{backend}, {doses:,} ÷ {each} …")
        rows.append(await _queued(backend, doses, each, plain))
    return rows


async def _queued(backend: Backend, doses: int, each: int, plain: Ran) -> Sequence[str]:
    async with stand(backend) as house:
        await _fill(house, doses // each, each)
        rounds, messages = Rounds(house.databases), 0
        before, began, cpu = resident_mib([os.getpid()]), time.perf_counter(), time.process_time()
        while (told := await rounds.begin(house.clinic, AT, BATCH)) is not None:
            messages += len(told)
        ran = Ran(doses, time.perf_counter() - began, time.process_time() - cpu)
        memory = f"{before:.0f}, then {resident_mib([os.getpid()]):.0f} MiB"
    times = f"**× {ran.rate / plain.rate:.1f}** (core: × {plain.cpu_us / ran.cpu_us:.1f})"
    return _row(f"house, {each} a person, {backend}", ran, messages, times, memory)


def _row(name: str, ran: Ran, messages: int, times: str, memory: str) -> Sequence[str]:
    figures = f"{ran.doses:,}", f"{messages:,}", f"{ran.seconds:.1f}", f"{ran.rate:,.0f}"
    return (name, *figures, times, f"{ran.cpu_us:.0f} µs", memory)


async def _fill(house: Stand, people: int, each: int) -> None:
    await fill_people(house, people, AT)
    await fill_regimens(house, each, DAILY, AT)
    await fill_doses(house, AT)
    await house.tidy()
