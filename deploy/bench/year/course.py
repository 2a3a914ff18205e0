"""The course of a simulated year: the clock jumps from event to event, people act between two beats."""

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import Keyring
from bot.dose_tables import doses
from bot.habits import Habits, HabitStore
from bot.messages import Address, Kind, Message
from bot.settling import settle_dose
from deploy.bench.year.kills import Death, Killed
from deploy.bench.year.life import Life
from deploy.bench.year.people import CLOCKS, ZONES, Deed, Patient, Spell, patient
from deploy.bench.year.rhythms import DAY
from schedules.doses import Outcome, SnoozeRefused

SET_BACK = timedelta(hours=2)
OUTCOMES = {Deed.TAKE: Outcome.TAKEN, Deed.SNOOZE: Outcome.SNOOZED, Deed.SKIP: Outcome.SKIPPED}
Change = Callable[[Life, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, and how often."""

    start: datetime
    days: int
    people: int
    kills: int
    seed: int = 20280229
    beat: timedelta = timedelta(minutes=10)
    offline: tuple[datetime, datetime] | None = None  # the house stands still
    mute: tuple[datetime, datetime] | None = None  # no channel takes anything
    set_back: datetime | None = None  # here the clock is set back by two hours, once

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + self.days * DAY

    def is_offline(self, at: datetime) -> bool:
        """Whether nothing runs."""
        return self.offline is not None and self.offline[0] <= at < self.offline[1]

    def is_mute(self, at: datetime) -> bool:
        """Whether nothing leaves."""
        return self.mute is not None and self.mute[0] <= at < self.mute[1]


@dataclass(slots=True)
class Press:
    """A person answers a reminder."""

    patient: Patient
    args: dict[str, str]
    deed: Deed
    minutes: int


@dataclass(slots=True)
class Course:
    """One run."""

    scenario: Scenario
    url: str
    keyring: Keyring
    clinic: str
    patients: dict[str, Patient] = field(default_factory=dict)  # by conversation
    beats: int = 0
    passed: Callable[[datetime], None] = lambda _: None  # told of each new day
    deeds: Counter[str] = field(default_factory=Counter)
    death: Death = field(init=False)
    life: Life = field(init=False)
    _agenda: list[tuple[datetime, int, Press | Change]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.scenario.seed)
        self.death = Death(random.Random(self._dice.random()))
        self.life = Life.begun(self.url, self.keyring, self.clinic, self.death)

    async def run(self) -> None:
        """The whole of it."""
        await self._move_in()
        deaths = self._deaths()
        scenario, at = self.scenario, self.scenario.start
        while at < scenario.end:
            if scenario.is_offline(at) and scenario.offline:
                at = scenario.offline[1]
            if deaths and deaths[0] <= at and self.death.left is None:
                deaths.pop(0)
                self.death.aim()
            following = await self._survive(at)
            if scenario.set_back is not None and at <= scenario.set_back < following:
                await self._survive(at - SET_BACK)
            if following.date() > at.date():
                self.passed(following)
            at = following
        await self._survive(scenario.end)
        await self.life.databases.close()

    async def _survive(self, at: datetime) -> datetime:
        """Do what is to be done by this moment; the next one. Who is killed meanwhile starts again at once."""
        while True:
            try:
                await self._work(at)
                return await self._next(at)
            except Killed:
                await self.life.databases.close()
                self.life = Life.begun(self.url, self.keyring, self.clinic, self.death)

    async def _work(self, at: datetime) -> None:
        await self._act(at)
        await self.life.reminding.beat(at)
        self.beats += 1
        if not self.scenario.is_mute(at):
            for parcel in await self.life.deliver(at):
                if parcel.message.kind is Kind.REMINDER and parcel.message.buttons:
                    self._answer(parcel.conversation.id, parcel.message, at)

    async def _next(self, at: datetime) -> datetime:
        """The next beat at which there is something to do."""
        upcoming = [at + DAY]
        if self._agenda:
            upcoming.append(self._agenda[0][0])
        found = await self.life.next_event(at + DAY)
        upcoming.append(found if found is not None else at)
        if self.scenario.is_mute(at):
            assert self.scenario.mute
            upcoming.append(self.scenario.mute[1])
        beats = max(-((at - min(upcoming)) // self.scenario.beat), 1)
        return at + beats * self.scenario.beat

    def _deaths(self) -> list[datetime]:
        seconds = int((self.scenario.end - self.scenario.start).total_seconds())
        moments = (self._dice.randrange(seconds) for _ in range(self.scenario.kills))
        return sorted(self.scenario.start + timedelta(seconds=second) for second in moments)

    def _answer(self, conversation: str, message: Message, at: datetime) -> None:
        one = self.patients[conversation]
        deed = one.deed()
        self.deeds[deed] += 1
        if deed is not Deed.FORGET:
            press = Press(one, dict(message.buttons[0].args), deed, one.dice.choice((10, 30)))
            self._put(at + one.delay(), press)

    def _put(self, at: datetime, what: Press | Change) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), what))

    async def _act(self, until: datetime) -> None:
        """All that people do up to a moment, in its order; what a kill undoes they do again."""
        while self._agenda and self._agenda[0][0] <= until:
            presses: list[tuple[datetime, Press]] = []
            for at, _, what in sorted(self._agenda):
                if at > until or not isinstance(what, Press):
                    break
                presses.append((at, what))
            if presses:
                await self._press(presses)
                for _ in presses:
                    heapq.heappop(self._agenda)
                continue
            at, _, change = self._agenda[0]
            assert not isinstance(change, Press)
            await change(self.life, max(at, self.scenario.start))
            heapq.heappop(self._agenda)

    async def _press(self, presses: Sequence[tuple[datetime, Press]]) -> None:
        """Buttons, in one transaction: a house that has a thousand people at once would else take hours to simulate."""
        async with self.life.databases.of(self.clinic).begin() as connection:
            told = [press.args for _, press in presses]
            alone, together = ([args[name] for args in told if name in args] for name in ("dose", "round"))
            which = or_(doses.c.id.in_(alone), doses.c.round.in_(together))
            still_open = select(doses.c.id, doses.c.round).where(
                doses.c.clinic == self.clinic, doses.c.outcome.is_(None)
            )
            rows = (await connection.execute(still_open.where(which).order_by(doses.c.due_at, doses.c.regimen))).all()
            for at, press in presses:
                for row in rows:
                    if press.args in ({"dose": row.id}, {"round": row.round}):
                        await self._settle(connection, row.id, press, at)

    async def _settle(self, connection: AsyncConnection, dose: str, press: Press, at: datetime) -> None:
        outcome, person = OUTCOMES.get(press.deed, Outcome.TAKEN), press.patient.conversation.person
        for _ in range(1 + (press.deed is Deed.TAKE_TWICE)):
            try:
                await settle_dose(connection, self.clinic, dose, outcome, at, minutes=press.minutes, person=person)
            except SnoozeRefused:
                self.deeds["snooze refused"] += 1

    async def _move_in(self) -> None:
        """The people come, with their zones and medicines, and the changes of their year are drawn."""
        scenario, life = self.scenario, self.life
        habits = HabitStore(life.databases)
        for number in range(scenario.people):
            dice = random.Random(self._dice.random())
            spoken = await life.store.open(Address(self.clinic, "web", f"v{number}"), scenario.start)
            one = patient(spoken, ZONES[number % len(ZONES)], dice, scenario.start, scenario.days)
            self.patients[spoken.id] = one
            await habits.keep(self.clinic, spoken.person, Habits(timezone=one.zone, told_at=scenario.start))
            await life.regimens.add_all(self.clinic, [each.regimen for each in one.medicines], scenario.start)
            self._draw_changes(one)

    def _draw_changes(self, one: Patient) -> None:
        """About two journeys, a pause, a new time and the end of a medicine for every other person, in a year."""
        share = self.scenario.days / 365
        for make, times in ((self._moves, 1.0), (self._pauses, 1.0), (self._retimes, 0.7), (self._stops, 0.5)):
            if one.dice.random() < times * share:
                second = one.dice.randrange(self.scenario.days * 86_400)
                at = self.scenario.start + timedelta(seconds=second)
                if not self.scenario.is_offline(at):
                    self._put(at, make(one))

    def _moves(self, one: Patient) -> Change:
        zone = one.dice.choice([each for each in ZONES if each != one.zone])

        async def move(life: Life, at: datetime) -> None:
            new = Habits(timezone=zone, told_at=at)
            await life.plans.set_habits(self.clinic, one.conversation.person, new, at)
            one.zone = zone
            for each in one.medicines:
                each.spells.append(Spell(at, each.spells[-1].rhythm, zone))
            self.deeds["moved to another zone"] += 1

        return move

    def _pauses(self, one: Patient) -> Change:
        days = one.dice.randrange(2, 10)

        async def pause(life: Life, at: datetime) -> None:
            until = at + days * DAY
            await life.plans.pause(self.clinic, one.conversation.person, at, until)
            for each in one.medicines:
                each.pauses.append((at, until))
            self.deeds["paused"] += 1

        return pause

    def _retimes(self, one: Patient) -> Change:
        clock = one.dice.choice(CLOCKS)

        async def retime(life: Life, at: datetime) -> None:
            medicine = one.medicines[0]
            if medicine.stopped_at is not None:
                return
            rhythm = replace(medicine.spells[-1].rhythm, times=(clock,))
            await life.plans.retime(self.clinic, one.conversation.person, medicine.regimen.id, rhythm.timing(), at)
            medicine.spells.append(Spell(at, rhythm, one.zone))
            self.deeds["given another time"] += 1

        return retime

    def _stops(self, one: Patient) -> Change:
        which = one.dice.randrange(len(one.medicines))

        async def stop(life: Life, at: datetime) -> None:
            medicine = one.medicines[which]
            await life.plans.stop(self.clinic, one.conversation.person, [medicine.regimen.id], at)
            medicine.stopped_at = at
            self.deeds["stopped"] += 1

        return stop
