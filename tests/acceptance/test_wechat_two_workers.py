"""Complaint 4: a message id that nobody looks at, and two or three answers. Two processes on one database."""

import asyncio
import random
import uuid
from pathlib import Path

import pytest

from deploy.standin.wechat.callbacks import NOTICE
from deploy.standin.wechat.faults import Fault, Trouble
from tests.acceptance.channels import patients
from tests.contract.channels.port import shows, somebody, word
from tests.contract.channels.street import street

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

COPIES = 6
PEOPLE = 10


async def test_04_retries_in_parallel_on_two_workers_have_one_answer(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    dice = random.Random(4)
    shape = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "XINGLIN_CLINIC": f"c{uuid.uuid4().hex[:12]}"}
    async with street(tmp_path, shape, processes=2) as around:
        wechat = patients(around).wechat
        people = [(somebody(dice), word(dice), word(dice)) for _ in range(PEOPLE)]
        wechat.faults.order(Trouble(Fault.DUPLICATE, COPIES), times=2 * PEOPLE)
        await asyncio.gather(*(wechat.say(person, fast) for person, fast, _ in people))
        await asyncio.gather(*(wechat.say(person, f"慢3秒 {slow}") for person, _, slow in people))
        for person, fast, slow in people:
            shown = "".join(await shows(patients(around), person, f"答：{slow}"))
            assert NOTICE not in shown
            assert around.brain.rasa[fast] == around.brain.model[f"慢3秒 {slow}"] == 1
            assert shown.count(f"答：{slow}") == 1
            # WeChat shows one copy's reply; the stand-in ran them side by side and shows each: they must be the same.
            replies = {text for text in await patients(around).shown(person) if fast in text}
            assert len(replies) == 1, replies
