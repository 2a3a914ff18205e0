"""The heartbeat on a real event loop: it beats, survives errors, never overlaps, stops."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from schedules.embedded import Heartbeat

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def until(done: asyncio.Event) -> None:
    await asyncio.wait_for(done.wait(), timeout=10)


async def test_it_beats_at_once_and_again_with_the_time_of_its_clock() -> None:
    beats: list[datetime] = []
    enough = asyncio.Event()

    async def beat(at: datetime) -> None:
        beats.append(at)
        if len(beats) >= 3:
            enough.set()

    heartbeat = Heartbeat(beat, 0.05, clock=lambda: NOON)
    heartbeat.start()
    heartbeat.start()
    await until(enough)
    heartbeat.stop()
    assert set(beats) == {NOON}
    assert not heartbeat.running
    heartbeat.stop()


async def test_an_error_is_logged_and_the_next_beat_still_comes(caplog: pytest.LogCaptureFixture) -> None:
    beats = 0
    enough = asyncio.Event()

    async def beat(at: datetime) -> None:
        nonlocal beats
        beats += 1
        if beats == 1:
            raise RuntimeError("database is locked")
        enough.set()

    heartbeat = Heartbeat(beat, 0.05)
    with caplog.at_level(logging.ERROR, logger="schedules.embedded"):
        heartbeat.start()
        await until(enough)
    heartbeat.stop()
    assert [record.__dict__["action"] for record in caplog.records if record.name == "schedules.embedded"] == [
        "heartbeat_failed"
    ]


async def test_two_beats_never_run_at_once() -> None:
    running, most, beats = 0, 0, 0
    enough = asyncio.Event()

    async def beat(at: datetime) -> None:
        nonlocal running, most, beats
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.12)
        running -= 1
        beats += 1
        if beats >= 2:
            enough.set()

    heartbeat = Heartbeat(beat, 0.03)
    heartbeat.start()
    await until(enough)
    heartbeat.stop()
    assert most == 1


async def test_after_stopping_no_beat_comes() -> None:
    beats = 0
    first = asyncio.Event()

    async def beat(at: datetime) -> None:
        nonlocal beats
        beats += 1
        first.set()

    heartbeat = Heartbeat(beat, 0.03)
    heartbeat.start()
    await until(first)
    heartbeat.stop()
    seen = beats
    await asyncio.sleep(0.15)
    assert beats == seen


def test_it_needs_a_positive_interval() -> None:
    async def beat(at: datetime) -> None: ...

    with pytest.raises(ValueError, match="positive"):
        Heartbeat(beat, 0)
