"""Handoffs are told to the nurses where they are: the port to their phones, and who is told when.

The rule is bot.escalation; what was told is kept in bot.alert_rows. Called by the heartbeat.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.alert_rows import Alert, AlertRows
from bot.conversation import Handoff, HandoffStatus, Urgency
from bot.errors import Unavailable
from bot.escalation import Pace, Scope, Step, next_step
from bot.handoffs import HandoffStore
from bot.roster import Nurse, Roster

log = logging.getLogger(__name__)

HANDOFFS = 200  # looked at in one beat
ALERTS = 2_000  # told in one beat, which joins them to few messages
MENDING = timedelta(minutes=1)  # between two tries of what an operator has to mend


class AlertFailed(Unavailable):
    """通知没有送到护士。"""

    def __init__(self, detail: str = "", final: bool = False, after: timedelta = timedelta()) -> None:
        super().__init__(detail)
        self.final = final  # it can never arrive: the next nurse is told at once
        self.after = after  # the channel named a pause


class Audience(StrEnum):
    """Whom an alerter reaches."""

    GROUP = "group"
    NURSE = "nurse"


@dataclass(frozen=True, slots=True)
class Call:
    """What nurses are told of a handoff: nothing that the patient said, and nobody's identity."""

    handoff: str
    patient: str  # a label such as 访客 3F2A
    urgency: Urgency
    reason: str
    requested_at: datetime
    planned_at: datetime  # the same each time it is tried
    step: int
    scope: Scope
    mentions: tuple[Nurse, ...] = ()

    def waited(self, at: datetime) -> timedelta:
        """How long the patient has been waiting."""
        return max(at - self.requested_at, timedelta())


class Alerter(Protocol):
    """One way to the nurses."""

    @property
    def name(self) -> str:
        """Its own among the alerters: what was told by it is kept under it."""

    @property
    def audience(self) -> Audience:
        """Whom it reaches."""

    async def tell(self, nurse: Nurse | None, calls: Sequence[Call], at: datetime, /) -> Mapping[str, str]:
        """Tell a nurse, or the group; by handoff, what the message can be changed by. What is left out did not
        leave and is tried again. Raises AlertFailed when none did.
        """

    async def settle(self, nurse: Nurse, ref: str, status: HandoffStatus, by: str | None, /) -> None:
        """Show in a nurse's message how the handoff went on, and `by` whom; REQUESTED: a newer message of hers
        stands for it. Raises AlertFailed.
        """


@dataclass(frozen=True, slots=True)
class Alerting:
    """Tells the nurses of one clinic."""

    clinic: str
    rows: AlertRows
    handoffs: HandoffStore
    alerters: Sequence[Alerter]
    roster: Callable[[], Roster]
    pace: Pace

    async def beat(self, at: datetime) -> None:
        """One look at what has to be told. Never raises: what failed is tried at the next beat."""
        for work in (self._plan, self._tell, self._settle, self._forget):
            await self._safely(work(at))

    async def pressed(self, handoff: str, alerter: str, nurse: str, step: int, ref: str) -> bool:
        """A nurse pressed the button of a message of hers: it is changed by `ref` from now on. False: there is none."""
        return await self.rows.renew(self.clinic, handoff, alerter, nurse, step, ref)

    async def settle(self, at: datetime) -> None:
        """Show now, and not at the next beat, what has been taken or ended. Never raises."""
        await self._safely(self._settle(at))

    async def _safely(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # nothing here may stop the heartbeat, which also reminds of medicines
            log.exception("alerting failed", extra={"action": "alerting_failed", "error": type(error).__name__})

    async def _plan(self, at: datetime) -> None:
        waiting = [
            one for one in await self.handoffs.listing(self.clinic, HANDOFFS) if one.status is HandoffStatus.REQUESTED
        ]
        if not waiting or not self.alerters:
            return
        told = await self.rows.told(self.clinic, [one.id for one in waiting])
        on_duty = self.roster().on_duty(at)
        for handoff in waiting:
            if step := next_step(handoff, told.get(handoff.id, ()), on_duty, at, self.pace):
                await self.rows.plan(self.clinic, self._alerts(handoff, step, at))

    def _alerts(self, handoff: Handoff, step: Step, at: datetime) -> Sequence[Alert]:
        """The group hears everything but the call of the next nurse, unless she can only be called there."""
        persons = any(one.audience is Audience.NURSE for one in self.alerters)
        names = tuple(nurse.name for nurse in step.nurses)
        found = []
        for alerter in self.alerters:
            to_group = step.scope is not Scope.NEXT or not persons
            recipients = names if alerter.audience is Audience.NURSE else ("",) * to_group
            found += [
                Alert(
                    handoff.id, alerter.name, nurse, step.number, step.scope, handoff.urgency,
                    (nurse,) if nurse else names, at, reason=handoff.reason,
                )
                for nurse in recipients
            ]  # fmt: skip
        return found

    async def _tell(self, at: datetime) -> None:
        """Everything for the same ears goes together."""
        together: dict[tuple[str, str], list[Alert]] = defaultdict(list)
        for alert in await self.rows.take(self.clinic, at, ALERTS):
            together[alert.alerter, alert.nurse].append(alert)
        for (name, nurse), found in together.items():
            await self._safely(self._tell_one(name, nurse, await self._newest(found), at))

    async def _newest(self, found: Sequence[Alert]) -> Sequence[Alert]:
        """After a standstill only the last word on each handoff is worth telling."""
        newest = {alert.handoff: alert for alert in sorted(found, key=lambda alert: alert.step)}
        for alert in found:
            if newest[alert.handoff] is not alert:
                await self.rows.mark_over(self.clinic, alert)
        return list(newest.values())

    async def _tell_one(self, name: str, nurse: str, found: Sequence[Alert], at: datetime) -> None:
        alerter = next((one for one in self.alerters if one.name == name), None)
        person = self.roster().named(nurse) if nurse else None
        if alerter is None or (nurse and person is None):  # switched off, or she has left
            for alert in found:
                await self.rows.mark_refused(self.clinic, alert)
            return
        calls = [await self._call(alert) for alert in found]
        try:
            refs = await alerter.tell(person, calls, at)
        except AlertFailed as error:
            await self._failed(found, error, at)
            return
        for alert in found:
            if alert.handoff in refs:
                await self.rows.mark_told(self.clinic, alert, refs[alert.handoff], at)
            else:
                await self.rows.mark_later(self.clinic, alert, at)
        log.info("nurses told", extra={"action": "nurses_told", "alerter": name, "handoffs": len(refs)})

    async def _failed(self, found: Sequence[Alert], error: AlertFailed, at: datetime) -> None:
        extra = {"action": "alert_failed", "alerter": found[0].alerter, "final": error.final, "detail": error.detail}
        log.warning("alert failed", extra=extra)
        for alert in found:
            if error.final and alert.nurse:
                await self.rows.mark_refused(self.clinic, alert)
            else:  # the group is tried for as long as somebody waits: an operator may be mending it
                pause = max(error.after, MENDING) if error.final else error.after
                await self.rows.mark_later(self.clinic, alert, at + pause)

    async def _settle(self, at: datetime) -> None:
        for alert in await self.rows.to_settle(self.clinic, ALERTS):
            await self._safely(self._settle_one(alert))

    async def _forget(self, at: datetime) -> None:
        await self.rows.forget(self.clinic, at)

    async def _settle_one(self, alert: Alert) -> None:
        alerter = next((one for one in self.alerters if one.name == alert.alerter), None)
        person = self.roster().named(alert.nurse) if alert.nurse else None
        if alerter and person and alert.ref:
            handoff = await self.handoffs.get(self.clinic, alert.handoff)
            try:
                await alerter.settle(person, alert.ref, handoff.status, handoff.nurse)
            except AlertFailed as error:
                if not error.final:
                    raise
        await self.rows.mark_over(self.clinic, alert)

    async def _call(self, alert: Alert) -> Call:
        handoff = await self.handoffs.get(self.clinic, alert.handoff)
        roster = self.roster()
        mentions = tuple(nurse for name in alert.mentions if (nurse := roster.named(name)))
        return Call(
            handoff.id, handoff.patient, handoff.urgency, handoff.reason, handoff.requested_at, alert.planned_at,
            alert.step, alert.scope, mentions,
        )  # fmt: skip
