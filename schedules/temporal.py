"""The workflows of the outgrown shape, run by Temporal: a look at what is due every minute, and a ladder for a round.

They decide nothing about medicines: every step is an activity over the same store and the same pure rules as the
embedded engine's, conditional on how the database stands. So a step that is done twice, late or by both engines is
done once, and a workflow that is lost loses nothing. What they carry and what their histories keep are ids and counts.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from schedules.temporal_steps import BEAT, Beat, Climber, Part, Standing, Task

LONGEST_STEP: Final = timedelta(minutes=30)
"""A whole day's doses of a million regimens are laid out in less."""
ALIVE_WITHIN: Final = timedelta(seconds=30)
"""A worker that has not been heard of for so long is given up, and its step is taken by another."""
BEAT_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3)
"""Soon given up: the next minute looks at all of it again."""
LADDER_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
"""Never given up: a database that is away for an hour delays a step, it does not end a ladder."""


@workflow.defn(name="DueMinute")
class DueMinute:
    """One look at everything that time brings. A step that fails does not keep the later ones from being taken."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}

    @workflow.run
    async def run(self, beat: Beat) -> dict[str, int]:
        """How much each step found to do, by its name. Fails in the end when a step did."""
        failed = [task for task in BEAT if not await self._do(task, beat)]
        if failed:
            raise ApplicationError(f"not done: {', '.join(failed)}", non_retryable=True)
        return self._done

    @workflow.query
    def stands(self) -> dict[str, int]:
        """What has been done by now."""
        return self._done

    async def _do(self, task: Task, beat: Beat) -> bool:
        parts = range(beat.shards) if task is Task.BEGIN else ()
        steps = [_step(task, Part(beat.clinic, index, beat.shards)) for index in parts] or [_step(task, beat.clinic)]
        found = await asyncio.gather(*steps, return_exceptions=True)
        self._done[task] = sum(each for each in found if isinstance(each, int))
        errors = [each for each in found if isinstance(each, BaseException)]
        if unexpected := [each for each in errors if not isinstance(each, ActivityError)]:
            raise unexpected[0]  # the workflow itself is cancelled
        return not errors


async def _step(task: Task, about: Part | str) -> int:
    found: int = await workflow.execute_activity(
        task, about, result_type=int, start_to_close_timeout=LONGEST_STEP, heartbeat_timeout=ALIVE_WITHIN,
        retry_policy=BEAT_RETRY,
    )  # fmt: skip
    return found


@workflow.defn(name="Ladder")
class LadderWorkflow:
    """Climbs with one round until nobody is left to be told, or nothing of it is open.

    The signals only wake it: what is true stands in the database, and a signal that was lost is found there at the
    next look.
    """

    def __init__(self) -> None:
        self._woken = False
        self._standing = Standing()

    @workflow.run
    async def run(self, climber: Climber) -> Standing:
        """How far the round has climbed in the end."""
        wait_s: float | None = climber.first_look_s
        while wait_s is not None:
            await self._sleep(wait_s)
            self._standing = await workflow.execute_activity(
                Task.CLIMB_ONE, climber, result_type=Standing, start_to_close_timeout=ALIVE_WITHIN,
                retry_policy=LADDER_RETRY,
            )  # fmt: skip
            wait_s = self._standing.again_s
            if wait_s is not None and workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(replace(climber, first_look_s=wait_s))
        return self._standing

    @workflow.signal
    def confirmed(self) -> None:
        """The person has said what became of it."""
        self._woken = True

    @workflow.signal
    def snoozed(self) -> None:
        """It was put off: a later dose has a ladder of its own."""
        self._woken = True

    @workflow.signal
    def cancelled(self) -> None:
        """It is not to be taken any more."""
        self._woken = True

    @workflow.query
    def stands(self) -> Standing:
        """How far the round had climbed when it was last looked at."""
        return self._standing

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                await workflow.wait_condition(lambda: self._woken, timeout=timedelta(seconds=seconds))
        self._woken = False


@workflow.defn(name="Adopt")
class Adopt:
    """Gives a ladder to every round that climbs: what the other engine has begun is gone on with here."""

    @workflow.run
    async def run(self, clinic: str) -> int:
        """How many rounds were found."""
        found: int = await workflow.execute_activity(
            Task.ADOPT, clinic, result_type=int, start_to_close_timeout=timedelta(days=1),
            heartbeat_timeout=ALIVE_WITHIN, retry_policy=LADDER_RETRY,
        )  # fmt: skip
        return found
