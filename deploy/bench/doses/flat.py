"""What one heartbeat costs among ten thousand, a hundred thousand and a million regimens: it must stay the same."""

import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from bot.messages import Address
from bot.outcomes import Outcomes
from bot.regimen_rows import Regimen
from bot.regimens import Regimens
from bot.reminding import HORIZON, Reminding
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.stream import MemoryStream
from deploy.bench.doses.filling import DAY, fill_doses, fill_people, fill_regimens
from deploy.bench.doses.queueing import AT, DAILY
from deploy.bench.doses.stands import Backend, Stand, stand
from deploy.bench.processes import resident_mib
from deploy.running import Tell
from schedules.timing import Timing

PER_PERSON: Final = 4
DUE: Final = 10
BEATS: Final = 15
HEADS: Final = ("regimens", "database", "nothing due", "10 due", "memory before, after")


async def flat(backend: Backend, sizes: Sequence[int], tell: Tell) -> Sequence[Sequence[str]]:
    """Rows of the table: the middle of several beats each."""
    rows = []
    for size in sizes:
        tell(f"{backend}, {size:,} …")
        async with stand(backend) as house:
            await _fill(house, size)
            before = resident_mib([os.getpid()])
            idle, busy = await _beats(house)
            after = resident_mib([os.getpid()])
        rows.append((f"{size:,}", backend, f"{idle:.1f} ms", f"{busy:.1f} ms", f"{before:.0f}, {after:.0f} MiB"))
    return rows


async def _fill(house: Stand, size: int) -> None:
    """Everybody's next dose lies in the future, as it does for most people at most times."""
    await fill_people(house, size // PER_PERSON, AT)
    await fill_regimens(house, PER_PERSON, DAILY, AT, HORIZON + DAY)
    await fill_doses(house, AT + DAY)
    await house.tidy()


async def _beats(house: Stand) -> tuple[float, float]:
    store = ConversationStore(house.databases)
    outcomes = Outcomes(house.databases, store, MemoryStream(), {})
    reminding = Reminding(house.clinic, house.databases, Regimens(house.databases), Rounds(house.databases), outcomes)
    await reminding.beat(AT)  # the first one opens the connections
    idle = [await _ms(reminding, AT + timedelta(seconds=number)) for number in range(BEATS)]
    due_at = [AT + timedelta(minutes=number + 1) for number in range(BEATS)]
    for number in range(DUE):
        spoken = await store.open(Address(house.clinic, "web", f"due{number}"), AT)
        one = Regimen(uuid.uuid4().hex, spoken.person, spoken.id, "甲药", None, "一片", DAILY, AT)
        await reminding.regimens.add(house.clinic, replace(one, timing=Timing(events=tuple(due_at))), AT)
    await reminding.beat(AT)
    return median(idle), median([await _ms(reminding, moment) for moment in due_at])


async def _ms(reminding: Reminding, at: datetime) -> float:
    began = time.perf_counter()
    await reminding.beat(at)
    return (time.perf_counter() - began) * 1_000
