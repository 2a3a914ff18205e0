"""The schedule by which Temporal looks at a clinic's doses every minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from deploy.temporal.frontend import CALL_WITHIN, Frontend
from schedules.temporal import DueMinute
from schedules.temporal_steps import Beat

EVERY = timedelta(minutes=1)
# One look finds everything that is due by now: minutes that Temporal missed are not to be made up one by one.
CATCH_UP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Beats:
    """How a schedule stands."""

    paused: bool
    last_at: datetime | None  # UTC, when a look was last begun
    next_at: datetime | None  # UTC
    begun: int  # looks since it was made


def beats_of(frontend: Frontend, every: timedelta = EVERY) -> Schedule:
    """What is to be run, and when.

    Looks never overlap. One that takes longer than a minute is followed by the next at once, instead of at the full
    minute after: that is BUFFER_ONE; SKIP would let what became due meanwhile wait.
    """
    return Schedule(
        action=ScheduleActionStartWorkflow(
            DueMinute.run, Beat(frontend.clinic), id=f"due-{frontend.clinic}", task_queue=frontend.queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP),
    )


def handle_of(frontend: Frontend) -> ScheduleHandle:
    """The clinic's schedule."""
    return frontend.client.get_schedule_handle(f"beats-{frontend.clinic}")


async def keep_schedule(frontend: Frontend, every: timedelta = EVERY) -> None:
    """Make the schedule, or bring the one that is there up to date; whether it is paused stays as it is."""
    wanted = beats_of(frontend, every)
    try:
        await frontend.client.create_schedule(handle_of(frontend).id, wanted, rpc_timeout=CALL_WITHIN)
    except ScheduleAlreadyRunningError:
        await handle_of(frontend).update(_updated(wanted), rpc_timeout=CALL_WITHIN)


def _updated(wanted: Schedule) -> Callable[[ScheduleUpdateInput], Awaitable[ScheduleUpdate]]:
    async def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        wanted.state = found.description.schedule.state
        return ScheduleUpdate(wanted)

    return update


async def beats(frontend: Frontend) -> Beats | None:
    """How the schedule stands; None when there is none."""
    try:
        found = await handle_of(frontend).describe(rpc_timeout=CALL_WITHIN)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    info: Any = found.info
    last = info.recent_actions[-1].started_at if info.recent_actions else None
    paused = found.schedule.state.paused
    return Beats(paused, last, next(iter(info.next_action_times), None), info.num_actions)
