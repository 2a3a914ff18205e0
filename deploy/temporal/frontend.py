"""Our words for Temporal's frontend: where it is, how a ladder is named, started and woken."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from bot.engine_settings import EngineSettings
from deploy.trouble import Trouble
from schedules.doses import Outcome
from schedules.temporal import Adopt, LadderWorkflow
from schedules.temporal_steps import Climber

CALL_WITHIN = timedelta(seconds=10)
CONNECT_WITHIN = timedelta(seconds=5)


class Signal(StrEnum):
    """What a ladder is told; each is a method of schedules.temporal.LadderWorkflow."""

    CONFIRMED = "confirmed"
    SNOOZED = "snoozed"
    CANCELLED = "cancelled"

    @staticmethod
    def of(outcome: Outcome) -> "Signal":
        """The signal for how a dose ended."""
        return _SIGNALS.get(outcome, Signal.CONFIRMED)


_SIGNALS = {Outcome.SNOOZED: Signal.SNOOZED, Outcome.CANCELLED: Signal.CANCELLED}


@dataclass(frozen=True, slots=True)
class Frontend:
    """One clinic's part of a Temporal server. Every method raises RPCError when the server does not answer."""

    client: Client
    clinic: str
    queue: str

    @property
    def ladders(self) -> str:
        """The queue of the ladders: thousands of them waiting must not keep the minute's look from its turn."""
        return f"{self.queue}-ladders"

    async def start_ladder(self, round_id: str, first_look_s: float) -> bool:
        """Start the ladder of a round; False when it has one, or had one that came to its end."""
        try:
            await self.client.start_workflow(
                LadderWorkflow.run,
                Climber(self.clinic, round_id, first_look_s),
                id=ladder_id(self.clinic, round_id),
                task_queue=self.ladders,
                # One that fell or was ended by hand may be started again; one that is over is over.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                rpc_timeout=CALL_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def wake(self, round_id: str, signal: Signal) -> None:
        """Let a round's ladder look now; raises RPCError (NOT_FOUND) for a round without one, too."""
        ladder = self.client.get_workflow_handle(ladder_id(self.clinic, round_id))
        await ladder.signal(signal.value, rpc_timeout=CALL_WITHIN)

    async def adopt(self) -> None:
        """Have ladders started for all rounds that climb; who is at it already is left at it."""
        await self.client.start_workflow(
            Adopt.run,
            self.clinic,
            id=f"adopt-{self.clinic}",
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            rpc_timeout=CALL_WITHIN,
        )


def ladder_id(clinic: str, round_id: str) -> str:
    """The workflow id of a round's ladder: there is one at most."""
    return f"ladder-{clinic}-{round_id}"


async def connect(settings: EngineSettings, clinic: str, *, lazy: bool = False) -> Frontend:
    """The frontend of the settings; a lazy one connects at its first call. Raises RuntimeError."""
    key = settings.temporal_api_key
    client = await Client.connect(
        settings.temporal_url,
        namespace=settings.temporal_namespace,
        api_key=key.get_secret_value() if key else None,
        tls=settings.temporal_tls,
        connect_timeout=CONNECT_WITHIN,
        lazy=lazy,
    )
    return Frontend(client, clinic, f"{settings.temporal_task_queue}-{clinic}")


@contextmanager
def reachable(temporal: EngineSettings) -> Iterator[None]:
    """Raises Trouble where Temporal does not answer."""
    try:
        yield
    except (RPCError, RuntimeError) as error:  # a client that can't connect says RuntimeError
        raise no_answer(temporal.temporal_url) from error


def no_answer(url: str) -> Trouble:
    """Nobody answers at the address, or not as Temporal would."""
    return Trouble(
        f"连不上 Temporal（{url}）。请检查 XINGLIN_TEMPORAL_URL、命名空间和密钥；试用：xinglin temporal server。",
        f"Temporal does not answer at {url}. Check XINGLIN_TEMPORAL_URL, the namespace and the key.",
    )
