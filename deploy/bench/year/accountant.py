"""Who reckons by himself, after the year, what ought to have happened, and holds the house's rows against it."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from deploy.bench.year.course import Course
from deploy.bench.year.ledger import Ledger
from deploy.bench.year.people import Medicine, Patient
from deploy.bench.year.rhythms import DAY, Rhythm, on_wall
from schedules.doses import Outcome

QUIET: Final = (time(23), time(6))
EXAMPLES: Final = 5


@dataclass(slots=True)
class Findings:
    """The faults, by kind, and what was counted."""

    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)

    def fault(self, kind: str, what: object) -> None:
        """Note one."""
        self.faults[kind] += 1
        if len(self.examples[kind]) < EXAMPLES:
            self.examples[kind].append(str(what))


UNACCOUNTED, DOUBLED, LATE = "doses unaccounted for", "doses doubled", "late beyond the rule"
STALE = "reminders that left after their time"
UNASKED = "doses nobody ordered"


@dataclass(frozen=True, slots=True)
class Accountant:
    """One audit."""

    course: Course
    ledger: Ledger
    found: Findings = field(default_factory=Findings)

    def audit(self) -> Findings:
        """The whole of it."""
        for one in self.course.patients.values():
            for medicine in one.medicines:
                rows = self.ledger.doses.get(medicine.regimen.id, ())
                self.found.counts["due"] += len({row.planned_at for row in rows})
                self._outcomes(medicine, rows)
                self._takings(medicine, rows)
                if medicine.after is None:
                    self._plan(medicine, rows)
                else:
                    self._tied(one, medicine, rows)
        self._rounds()
        return self.found

    def _plan(self, medicine: Medicine, rows: Sequence[Row[Any]]) -> None:
        """Every instant of the plan has a dose, and every dose an instant of the plan."""
        planned: dict[datetime, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            planned[row.planned_at].append(row)
        due = set(self._due(medicine))
        for moment in due - planned.keys():
            if _is_excused(medicine, rows, moment):
                self.found.counts["left out after a change of the plan, too near to a taking"] += 1
            else:
                self.found.fault(UNACCOUNTED, f"no dose: {_name(medicine)} {moment:%m-%d %H:%M}")
        for moment in planned.keys() - due:
            after_all = moment >= min(medicine.stopped_at or self.course.scenario.end, self.course.scenario.end)
            if _taken_up(medicine, moment) is not None:
                self.found.counts["taken up at once: just gone by under a changed plan"] += 1
            elif not after_all:
                self.found.fault(UNASKED, f"{_name(medicine)} {moment:%m-%d %H:%M}")

    def _due(self, medicine: Medicine) -> Iterator[datetime]:
        end = min(medicine.stopped_at or self.course.scenario.end, self.course.scenario.end)
        bounds = [spell.since for spell in medicine.spells] + [end]
        for spell, (since, until) in zip(medicine.spells, pairwise(bounds), strict=True):
            # What is due at the very moment of a change was due before it.
            first = since if spell is medicine.spells[0] else since + timedelta(microseconds=1)
            last = min(until + timedelta(microseconds=int(until < end)), end)
            yield from spell.rhythm.instants(max(first, medicine.regimen.starts_at), last, spell.zone)

    def _outcomes(self, medicine: Medicine, rows: Sequence[Row[Any]]) -> None:
        """What was due once ended once, in one of the six ways; what was put off, in another dose."""
        groups: dict[datetime, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            groups[row.planned_at].append(row)
        over = self.course.scenario.end - self.course.scenario.beat
        changes = _changes(medicine)
        for moment, group in groups.items():
            for row in group[:-1]:
                if row.outcome != Outcome.SNOOZED.value:
                    self.found.fault(DOUBLED, f"ended before the last: {_name(medicine)} {moment} {row.outcome}")
            last = group[-1]
            self.found.counts[last.outcome or "open at the end"] += 1
            if last.outcome is None and last.late_until < over:
                self.found.fault(UNACCOUNTED, f"open: {_name(medicine)} {moment} until {last.late_until}")
            if last.outcome == Outcome.SNOOZED.value and not any(last.outcome_at == at for at in changes):
                self.found.fault(UNACCOUNTED, f"put off into nothing: {_name(medicine)} {moment}")
            if last.outcome == Outcome.UNDELIVERABLE.value and not self._was_hindered(last):
                self.found.fault(UNACCOUNTED, f"undeliverable without a cause: {_name(medicine)} {moment}")

    def _was_hindered(self, row: Row[Any]) -> bool:
        scenario = self.course.scenario
        spans = [span for span in (scenario.offline, scenario.mute) if span is not None]
        short = row.late_until - row.due_at < scenario.beat  # put off to its very end: it may lie between two beats
        return short or any(row.due_at < until and row.late_until >= since for since, until in spans)

    def _takings(self, medicine: Medicine, rows: Sequence[Row[Any]]) -> None:
        gap = medicine.regimen.care.least_gap or timedelta()
        taken = sorted(row.outcome_at for row in rows if row.outcome == Outcome.TAKEN.value)
        for one, other in pairwise(taken):
            if other - one < gap:
                self.found.fault(DOUBLED, f"taken too soon: {_name(medicine)} {one:%m-%d %H:%M} {other:%m-%d %H:%M}")

    def _tied(self, one: Patient, medicine: Medicine, rows: Sequence[Row[Any]]) -> None:
        """After each taking there is a dose as long after it as was ordered; but not in a pause or beyond the end."""
        after, last = medicine.after, medicine.spells[0].rhythm.last
        assert after is not None and last is not None
        planned = {row.planned_at for row in rows}
        end = min(medicine.stopped_at or self.course.scenario.end, self.course.scenario.end)
        for row in self.ledger.doses.get(after.regimen, ()):
            if row.outcome != Outcome.TAKEN.value or row.outcome_at < medicine.regimen.starts_at:
                continue
            due_at = row.outcome_at + timedelta(minutes=after.minutes)
            within = due_at < end and row.outcome_at < end and due_at.date() < last
            paused = any(since <= due_at < until for since, until in medicine.pauses)
            if within and not paused and due_at not in planned:
                self.found.fault(UNACCOUNTED, f"nothing follows: {_name(medicine)} {due_at:%m-%d %H:%M}")

    def _rounds(self) -> None:
        """Each round was told first once, in time; nothing was told when it was over."""
        medicines = {each.regimen.id: each for one in self.course.patients.values() for each in one.medicines}
        first: Counter[str] = Counter()
        for told in self.ledger.told:
            rows = self.ledger.in_round.get(told.round, ())
            if not rows:
                self.found.fault(DOUBLED, f"a reminder of no dose {told.at}")
                continue
            self.found.counts["reminders"] += 1
            last = max(row.late_until for row in rows)
            if told.at > last:
                self.found.fault(LATE, f"{_name(medicines[rows[0].regimen])} {rows[0].due_at} until {last}: {told.at}")
            if told.sent_at is not None and told.sent_at > last:
                self.found.fault(STALE, f"{rows[0].due_at} until {last} left {told.sent_at}")
            if told.first:
                first[told.round] += 1
                self._in_time(told.at, rows, [medicines[row.regimen] for row in rows])
        for key, times in self.ledger.rounds.items():
            if key not in self.ledger.in_round:
                self.found.fault(DOUBLED, f"a round of no dose {key}")
            if first[key] > 1 or (times and not first[key]):
                self.found.fault(DOUBLED, f"round {key} told first {first[key]} times")

    def _in_time(self, at: datetime, rows: Sequence[Row[Any]], taken: Sequence[Medicine]) -> None:
        scenario = self.course.scenario
        allowed = min(row.due_at for row in rows)
        allowed = max(allowed, max(row.due_at for row in rows) - scenario.beat)
        changed = [_taken_up(each, row.planned_at) for each, row in zip(taken, rows, strict=True)]
        allowed = max([allowed, *(one for one in changed if one is not None)])
        if scenario.offline and scenario.offline[0] - scenario.beat <= allowed < scenario.offline[1]:
            allowed = scenario.offline[1]
        if at - allowed <= scenario.beat:
            return
        looked = (allowed, allowed + scenario.beat)  # the quiet hours may begin before the beat that finds the dose
        wakes = {_wakes(each, spell.zone) for each in looked for spell in taken[0].spells}
        if any(each.regimen.care.critical for each in taken) or all(at - each > scenario.beat for each in wakes):
            self.found.fault(LATE, f"first told {at} of {allowed}")


def _wakes(at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours around an instant, or the instant."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    if QUIET[1] <= wall.time() < QUIET[0]:
        return at
    day = wall.date() + (DAY if wall.time() >= QUIET[0] else 0 * DAY)
    return on_wall(datetime.combine(day, QUIET[1]), zone)


def _changes(medicine: Medicine) -> Sequence[datetime]:
    return sorted([spell.since for spell in medicine.spells[1:]] + [since for since, _ in medicine.pauses])


def _taken_up(medicine: Medicine, moment: datetime) -> datetime | None:
    """The change of plan or zone by which an instant just gone by became due; None without one."""
    for spell in medicine.spells[1:]:
        gone_by = spell.since - DAY <= moment <= spell.since
        if gone_by and moment in set(spell.rhythm.instants(moment, moment + timedelta(microseconds=1), spell.zone)):
            return spell.since
    return None


def _is_excused(medicine: Medicine, rows: Sequence[Row[Any]], moment: datetime) -> bool:
    """After a change of the plan, none is due nearer to a taking than half of the longest interval."""
    changes = _changes(medicine)
    place = bisect_right(changes, moment)
    if not place:
        return False
    change = changes[place - 1]
    taken = [row.outcome_at for row in rows if row.outcome == Outcome.TAKEN.value and row.outcome_at <= change]
    longest = max(_interval(spell.rhythm) for spell in medicine.spells)
    nearest = max(medicine.regimen.care.least_gap or timedelta(), longest / 2)
    return bool(taken) and moment - max(taken) < nearest


def _interval(rhythm: Rhythm) -> timedelta:
    if rhythm.hours is not None:
        return timedelta(hours=rhythm.hours)
    if rhythm.weekdays:
        return 7 * DAY
    return 31 * DAY if rhythm.day_of_month is not None else rhythm.every * DAY


def _name(medicine: Medicine) -> str:
    return f"{medicine.regimen.id[:6]} {medicine.regimen.drug} {medicine.spells[-1].zone}"
