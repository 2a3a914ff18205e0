"""The worker: the house without its doors, at Temporal's service. As many may run as are needed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
from prometheus_client import CollectorRegistry
from temporalio.worker import Worker

from bot.bootstrap import Bot, build, open_library, open_memory
from bot.neighbours import Neighbours
from bot.settings import Settings
from deploy.assemble import make_connectors, make_courier
from deploy.channels import open_channels
from deploy.database import migrate_or_say
from deploy.reminding import make_reminding
from deploy.running import Tell
from deploy.temporal.activities import Activities
from deploy.temporal.discreet import Discreet
from deploy.temporal.frontend import Frontend, connect, reachable
from deploy.temporal.scheduling import keep_schedule
from schedules.temporal import Adopt, DueMinute, LadderWorkflow

FINISH_WITHIN = timedelta(seconds=10)  # a step that takes longer is taken again by another worker
STEPS_AT_ONCE = 8  # of either queue: fewer than the connections of the pool that they share with the courier
NOBODY = Neighbours("", "", "", "")  # a worker asks neither Rasa nor the action server


@asynccontextmanager
async def working(frontend: Frontend, activities: Activities) -> AsyncIterator[None]:
    """Take steps from the clinic's task queues for the time of the block."""
    limits: dict[str, Any] = {
        "max_concurrent_activities": STEPS_AT_ONCE,
        "graceful_shutdown_timeout": FINISH_WITHIN,
        "interceptors": [Discreet()],
    }
    beats, ladders = activities.of_beats(), activities.of_ladders()
    async with (
        Worker(
            frontend.client, task_queue=frontend.queue, workflows=[DueMinute, Adopt], activities=beats, **limits
        ),
        Worker(
            frontend.client, task_queue=frontend.ladders, workflows=[LadderWorkflow], activities=ladders, **limits
        ),
    ):  # fmt: skip
        yield


@asynccontextmanager
async def run_worker(settings: Settings, tell: Tell) -> AsyncIterator[str]:
    """A worker for the time of the block, and the schedule that gives it work. Raises Trouble."""
    async with AsyncExitStack() as stack:
        with reachable(settings):
            frontend = await connect(settings, settings.clinic)
        memory = open_memory(settings)
        stack.push_async_callback(memory.close)
        await migrate_or_say(memory, settings.clinic)
        tell("正在载入医学知识… · loading the knowledge …")
        bot = build(settings, memory, open_library(settings), NOBODY)
        stack.push_async_callback(bot.rasa.close)
        deliver = await _courier(settings, bot, stack)
        with reachable(settings):
            await keep_schedule(frontend)
        activities = Activities(make_reminding(settings, bot), frontend, settings.temporal_starts, deliver)
        await stack.enter_async_context(working(frontend, activities))
        yield f"Temporal 工作进程已就绪：{settings.temporal_url}，队列 {frontend.queue} · worker ready"


async def _courier(settings: Settings, bot: Bot, stack: AsyncExitStack) -> Callable[[], Awaitable[int]]:
    """A courier that works when it is called; the gateway's own goes on beside it."""
    http = await stack.enter_async_context(ClientSession())
    channels = open_channels(settings, bot, http, CollectorRegistry())
    for close in channels.closing:
        stack.push_async_callback(close)
    return make_courier(settings, bot, make_connectors(settings, bot, channels)).round
