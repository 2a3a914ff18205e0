"""What only Temporal promises: ladders wake when somebody speaks, histories can be replayed and name nobody."""

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import (
    Client,
    ScheduleOverlapPolicy,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowHistory,
)
from temporalio.worker import Replayer

from bot.regimens import Regimens
from deploy.doctor import Finding, State
from deploy.doctor.engine import look_at_engine
from deploy.temporal.frontend import Frontend, Signal, ladder_id
from deploy.temporal.scheduling import handle_of, keep_schedule
from deploy.temporal.waking import Waker, WakingRegimens
from schedules.doses import Outcome
from schedules.temporal import Adopt, DueMinute, LadderWorkflow
from schedules.temporal_steps import Standing
from tests.contract.conftest import AT
from tests.contract.dose_ward import MORNING, Ward, ward
from tests.contract.engine_parts import HandClock, Outgrown, outgrown, temporal_url
from tests.unit.deploy.examining import kit_of, settings_of

__all__ = ["temporal_url", "ward"]
pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)
WORKFLOWS = [LadderWorkflow, DueMinute, Adopt]
RECORDED = Path(__file__).with_name("histories")  # of the workflows as they were first released


@pytest.fixture
async def temporal(ward: Ward, temporal_url: str) -> AsyncIterator[Outgrown]:
    """The engine, with nothing due."""
    async with outgrown(ward, temporal_url, HandClock()) as engine:
        yield engine


async def the_ladder(engine: Outgrown) -> tuple[str, WorkflowHandle[LadderWorkflow, Standing]]:
    """The dose of the morning, and the ladder of its round."""
    ward = engine.ward
    (dose, *_) = await ward.regimens.history(ward.clinic, ward.patient.person, AT, MORNING + MINUTE)
    assert dose.round is not None
    client = engine.frontend.client
    return dose.id, client.get_workflow_handle_for(LadderWorkflow.run, ladder_id(ward.clinic, dose.round))


async def test_a_ladder_starts_only_where_nobody_has_answered(temporal: Outgrown) -> None:
    ward = temporal.ward
    await ward.takes()
    await temporal.until(MORNING)
    dose, ladder = await the_ladder(temporal)
    await ward.regimens.settle(ward.clinic, dose, Outcome.TAKEN, MORNING)
    await temporal.until(MORNING + timedelta(minutes=30))
    assert len(await ward.said()) == 1
    with pytest.raises(Exception, match="not found"):
        await ladder.describe()


async def test_a_confirmed_ladder_ends_at_once(temporal: Outgrown) -> None:
    ward = temporal.ward
    await ward.takes()
    await temporal.until(MORNING + timedelta(minutes=12))
    dose, ladder = await the_ladder(temporal)
    assert (await ladder.query(LadderWorkflow.stands)).open_doses == 1
    await ward.regimens.settle(ward.clinic, dose, Outcome.TAKEN, temporal.clock.at)
    ended = await ladder.result()
    assert (ended.told, ended.open_doses, ended.again_s) == (2, 0, None)


@pytest.mark.parametrize("signal", list(Signal))
async def test_every_signal_has_a_method(signal: Signal) -> None:
    assert callable(getattr(LadderWorkflow, signal.value))


async def test_a_second_start_does_nothing(temporal: Outgrown) -> None:
    ward = temporal.ward
    await ward.takes()
    await temporal.until(MORNING + timedelta(minutes=12))
    dose, ladder = await the_ladder(temporal)
    round_id = ladder.id.rpartition("-")[2]
    assert not await temporal.frontend.start_ladder(round_id, 0)
    await ward.regimens.settle(ward.clinic, dose, Outcome.TAKEN, temporal.clock.at)
    await ladder.result()
    assert not await temporal.frontend.start_ladder(round_id, 0)


async def test_one_ended_by_hand_is_started_again(temporal: Outgrown) -> None:
    ward = temporal.ward
    await ward.takes()
    await temporal.until(MORNING + timedelta(minutes=12))
    _, ladder = await the_ladder(temporal)
    await ladder.terminate()
    await temporal.adopted()
    assert (await ladder.describe()).status is WorkflowExecutionStatus.RUNNING
    await temporal.until(MORNING + timedelta(minutes=21))
    assert len(await ward.said()) == 3


async def test_without_temporal_an_answer_is_kept_all_the_same(ward: Ward) -> None:
    nowhere = await Client.connect("127.0.0.1:1", lazy=True)
    waker = Waker(Frontend(nowhere, ward.clinic, "q"))
    regimens = WakingRegimens(ward.databases, waker)
    await ward.takes()
    await ward.beat(MORNING)
    (dose, *_) = await regimens.history(ward.clinic, ward.patient.person, AT, MORNING + MINUTE)
    settled = await regimens.settle(ward.clinic, dose.id, Outcome.TAKEN, MORNING)
    await waker.close()
    assert settled.changed
    assert (await Regimens(ward.databases).dose(ward.clinic, dose.id, dose.person)).outcome is Outcome.TAKEN


async def test_histories_replay_and_name_nobody(temporal: Outgrown) -> None:
    ward = temporal.ward
    await ward.takes("氨氯地平", critical=True)
    await temporal.until(MORNING + timedelta(hours=2))
    _, ladder = await the_ladder(temporal)
    await ladder.result()
    beat = temporal.frontend.client.get_workflow_handle(f"due-{ward.clinic}-{temporal.looks}")
    for handle in (ladder, beat):
        history = await handle.fetch_history()
        await Replayer(workflows=WORKFLOWS).replay_workflow(history)
        told = words_of(history)
        assert ward.clinic in told
        for secret in ("氨氯地平", ward.patient.person, ward.patient.id):
            assert secret not in told
    assert '"nurse_told":true' in words_of(await ladder.fetch_history())


@pytest.mark.parametrize("name", ["adopt", "due_minute", "ladder_confirmed", "ladder_to_the_top"])
async def test_what_an_earlier_version_began_goes_on_with_this_one(name: str) -> None:
    kept = recorded(name)
    history = WorkflowHistory.from_json(kept["workflow_id"], {"events": kept["events"]})
    await Replayer(workflows=WORKFLOWS).replay_workflow(history)


def recorded(name: str) -> dict[str, Any]:
    """A history as it was kept."""
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def words_of(history: WorkflowHistory) -> str:
    """Everything that a history holds, its payloads in plain words."""
    told = history.to_json()
    payloads = [base64.b64decode(each).decode() for each in re.findall(r'"data":\s*"([^"]*)"', told)]
    return "\n".join((told, *payloads))


async def test_the_schedule_is_made_once_and_stays_paused(
    ward: Ward, temporal_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontend = Frontend(await Client.connect(temporal_url), ward.clinic, f"xinglin-{ward.clinic}")
    monkeypatch.setenv("XINGLIN_ENGINE", "temporal")
    monkeypatch.setenv("XINGLIN_TEMPORAL_URL", temporal_url)

    async def examined() -> Finding:
        async with kit_of(settings_of(tmp_path, clinic=ward.clinic)) as kit:
            (finding,) = await look_at_engine(kit)
        return finding

    assert "还没有日程" in (await examined()).words
    await keep_schedule(frontend)
    assert (await examined()).state is State.WELL
    await handle_of(frontend).pause()
    await keep_schedule(frontend)
    assert "已暂停" in (await examined()).words
    policy = (await handle_of(frontend).describe()).schedule.policy
    assert policy.overlap is ScheduleOverlapPolicy.BUFFER_ONE
    await handle_of(frontend).delete()
    monkeypatch.setenv("XINGLIN_TEMPORAL_URL", "127.0.0.1:1")
    assert (await examined()).failed


async def test_another_clinics_task_is_refused(temporal: Outgrown) -> None:
    other = replace(temporal.frontend, clinic="other")
    await other.start_ladder("r1", 0)
    handle = other.client.get_workflow_handle(ladder_id("other", "r1"))
    with pytest.raises(Exception, match="execution failed"):
        await handle.result()


async def test_a_step_that_fails_keeps_nobody_waiting_and_tells_nothing(ward: Ward, temporal_url: str) -> None:
    async def breaks(_at: datetime) -> None:
        raise ValueError("王建国 13800000000") from KeyError("青霉素")

    broken = replace(ward, reminding=replace(ward.reminding, also=(breaks,)))
    async with outgrown(broken, temporal_url, HandClock()) as engine:
        await engine.ward.takes()
        engine.clock.at = MORNING
        with pytest.raises(WorkflowFailureError) as failed:
            await engine.look()
        history = await engine.frontend.client.get_workflow_handle(f"due-{ward.clinic}-1").fetch_history()
    assert "not done: others" in str(failed.value.cause)
    assert len(await ward.said()) == 1
    told = words_of(history)
    assert "ValueError" in told
    assert not any(secret in told for secret in ("王建国", "13800000000", "青霉素"))
