"""From a wish to one opening: check what was said against what is free, then ask for what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from actions import phrases
from actions.answer import Choice
from actions.dates import clock_label, day_label, half_label, spoken_day
from actions.free import Free, days_of, nearest, times_of, with_places
from actions.shown import MOST_BUTTONS, offers_halves, shift_hours, shown_days, shown_times
from actions.wish import ANY, Wish, WishHeard
from knowledge.clinic import Clinic, Doctor


@dataclass(frozen=True, slots=True)
class Question:
    """What is missing, how it is asked for, and the wish so far."""

    field: str  # department, doctor, day, time
    text: str
    choices: tuple[Choice, ...]
    wish: Wish


@dataclass(frozen=True, slots=True)
class Chosen:
    """Nothing is missing: the opening to confirm."""

    free: Free
    wish: Wish


@dataclass(frozen=True, slots=True)
class Chooser:
    """The openings of one department on one day of asking."""

    clinic: Clinic
    found: Sequence[Free]  # full ones too
    today: date

    def next(self, heard: WishHeard) -> Question | Chosen:
        """The next question, or the opening that fits."""
        wish = heard.wish
        if refused := self._refusal(wish):
            return refused
        if heard.soonest:
            return self._soonest(wish)
        if heard.shift and wish.day is not None:
            return self._shifted(wish, heard.shift)
        free = [one for one in with_places(self.found) if one.fits(wish)]
        if wish.doctor is None:
            return self._ask_doctor(wish, free)
        if wish.day is None:
            return self._ask_day(wish, free, heard.days, heard.shift)
        times = times_of(free)
        if wish.time is None and len(times) > 1:
            return self._ask_time(wish, times)
        return Chosen(free[0], replace(wish, time=times[0]))

    def _shifted(self, wish: Wish, shift: str) -> Question | Chosen:
        """晚一点的: the times behind those that were offered, or the same again when there are none."""
        moved = shift_hours(wish, self._times(wish), self._times(_whole_day(wish)), shift)
        if moved is not None:
            return self.next(WishHeard(moved))
        none = phrases.NONE_LATER if shift == "later" else phrases.NONE_EARLIER
        same = replace(wish, time=None)
        asked = self._ask_time(same, self._times(same))
        return replace(asked, text=none + asked.text)

    def _times(self, wish: Wish) -> list[time]:
        return times_of(one for one in with_places(self.found) if one.fits(wish))

    def _soonest(self, wish: Wish) -> Chosen:
        first = next(one for one in with_places(self.found) if one.fits(wish))
        return Chosen(first, replace(wish, doctor=wish.doctor or ANY, day=first.day, time=first.start))

    def _refusal(self, wish: Wish) -> Question | None:
        """The first part of the wish that can't be had, with the nearest that can."""
        steps = (
            ("doctor", Wish(wish.department, wish.doctor)),
            ("day", Wish(wish.department, wish.doctor, wish.day)),
            ("time", Wish(wish.department, wish.doctor, wish.day, wish.hours)),
            ("time", wish),
        )
        for field, part in steps:
            fitting = [one for one in self.found if one.fits(part)]
            if not with_places(fitting):
                return self._refuse(field, part, full=bool(fitting))
        return None

    def _refuse(self, field: str, wish: Wish, full: bool) -> Question:
        who = self.who(wish)
        if field == "doctor":
            text = (phrases.DOCTOR_FULL if full else phrases.DOCTOR_AWAY).format(who=who)
            return self._instead(text, replace(wish, doctor=None), "doctor")
        moment = self._wished(wish)
        text = (phrases.FULL if full else phrases.NO_SESSION).format(who=who, when=moment)
        if field == "time" and wish.day is not None:
            return self._other_times(text, wish)
        return self._other_days(text, wish)

    def _instead(self, text: str, wish: Wish, field: str) -> Question:
        asked = self._ask_doctor(wish, [one for one in with_places(self.found) if one.fits(wish)])
        return replace(asked, text=text + asked.text, field=field)

    def _other_times(self, text: str, wish: Wish) -> Question:
        """Other times of the same day, nearest first; another doctor at the time wished for."""
        open_day = _whole_day(wish)
        times = self._times(open_day)
        aim = wish.time or (wish.hours.first if wish.hours else time(12))
        near = sorted(sorted(times, key=lambda one: abs(_minutes(one) - _minutes(aim)))[:4])
        choices = [Choice(f"{half_label(one)} {clock_label(one)}", clock_label(one)) for one in near]
        others = (*self._days_with(wish), *self._colleagues(wish))
        return Question("time", text + phrases.OTHER_TIMES, (*choices, *others), open_day)

    def _days_with(self, wish: Wish) -> list[Choice]:
        """The nearest other days that have the part of the day wished for."""
        if wish.hours is None or wish.time or wish.day is None:
            return []
        within = [one for one in self.found if one.fits(replace(wish, day=None))]
        part = wish.hours.label
        days = nearest(within, wish.day, 2)
        return [Choice(f"{day_label(day, self.today)} {part}", f"{spoken_day(day)}{part}") for day in days]

    def _other_days(self, text: str, wish: Wish) -> Question:
        """The nearest days of the same doctor; colleagues on the day wished for."""
        aim = wish.day or self.today
        own = [one for one in self.found if one.fits(Wish(wish.department, wish.doctor))]
        choices = [Choice(day_label(day, self.today), spoken_day(day)) for day in nearest(own, aim, 3)]
        rest = replace(wish, day=None, time=None)
        return Question("day", text + phrases.OTHER_DAYS, (*choices, *self._colleagues(wish)), rest)

    def _colleagues(self, wish: Wish) -> list[Choice]:
        if wish.doctor in (None, ANY) or wish.day is None:
            return []
        free = (one for one in with_places(self.found) if one.fits(replace(wish, doctor=ANY)))
        doctors = [self.clinic.doctor(one) for one in dict.fromkeys(one.opening.doctor for one in free)]
        return [self._colleague(one, wish) for one in doctors[:2]]

    def _colleague(self, doctor: Doctor, wish: Wish) -> Choice:
        said = f"换成{doctor.name}医生" + (f"，{spoken_day(wish.day)}" if wish.day else "")
        if wish.time:
            said += clock_label(wish.time)
        return Choice(f"换{doctor.name}（{doctor.title}）", said)

    def _ask_doctor(self, wish: Wish, free: Sequence[Free]) -> Question:
        doctors = [self.clinic.doctor(one) for one in dict.fromkeys(one.opening.doctor for one in free)]
        choices = [Choice(f"{one.name} {one.title}", f"{one.name}医生") for one in doctors[: MOST_BUTTONS - 1]]
        department = self.clinic.department(wish.department or "").name
        text = phrases.ASK_DOCTOR.format(department=department, when=self._wished(wish))
        return Question("doctor", text, (*choices, Choice(phrases.ANY_DOCTOR, "不限医生")), wish)

    def _ask_day(self, wish: Wish, free: Sequence[Free], days: tuple[date, date] | None, shift: str = "") -> Question:
        possible = days_of(free)
        within = [day for day in possible if days and days[0] <= day <= days[1]]
        shown = shown_days(within or possible, shift)
        sentence = phrases.ASK_DAY_WITHIN if wish.hours else phrases.ASK_DAY
        hours = wish.hours.label if wish.hours else ""
        text = shown.lead + sentence.format(who=self.who(wish), hours=hours)
        if days and not within:
            text = phrases.NO_SESSION.format(who=self.who(wish), when="那几天") + phrases.OTHER_DAYS
        choices = [Choice(day_label(day, self.today), spoken_day(day)) for day in shown.days]
        return Question("day", text, (*choices, *shown.more, Choice(phrases.SOONEST, "最早的")), wish)

    def _ask_time(self, wish: Wish, times: Sequence[time]) -> Question:
        day, hours = day_label(wish.day or self.today, self.today), wish.hours
        sentence = phrases.ASK_TIME_WITHIN if hours else phrases.ASK_TIME
        text = sentence.format(who=self.who(wish), day=day, hours=hours.label if hours else "")
        if offers_halves(times):
            choices = [Choice(half) for half in dict.fromkeys(half_label(one) for one in times)]
        else:
            shown = shown_times(times, self._times(_whole_day(wish)))
            choices = [*(Choice(clock_label(one)) for one in shown.times), *shown.more]
        return Question("time", text, (*choices, Choice(phrases.SOONEST_TIME, "最早的")), wish)

    def who(self, wish: Wish) -> str:
        """`心内科李明主任医师`, or the department alone."""
        department = self.clinic.department(wish.department or "").name
        if wish.doctor in (None, ANY):
            return department
        doctor = self.clinic.doctor(wish.doctor or "")
        return f"{department}{doctor.name}{doctor.title}"

    def _wished(self, wish: Wish) -> str:
        day = day_label(wish.day, self.today) if wish.day else ""
        clock = clock_label(wish.time) if wish.time else ""
        return f"{day} {wish.hours.label if wish.hours else ''}{clock}".strip()


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _whole_day(wish: Wish) -> Wish:
    return replace(wish, hours=None, time=None)
