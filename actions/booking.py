"""挂号: the booking form and its end."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

from rasa_sdk.events import FollowupAction

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.choose import Chooser, Chosen, Question
from actions.dates import moment_label
from actions.deps import Deps
from actions.form import REJECTED, SHORT, Form, Slots, Step, is_aside
from actions.free import Free, free_in, opening_by_id, with_places, zone_of
from actions.heard import Heard, Phase, last_bot_texts
from actions.wish import Hours, Reader, Wish, WishHeard
from actions.words import says_no, says_yes, wants_other
from bot.appointments import AlreadyBooked, Appointment
from bot.clauses import asks
from bot.errors import OpeningTaken
from knowledge.clinic import Clinic
from knowledge.departments import Department

OWN_INTENTS = frozenset({"book_appointment", "change_appointment"})
WHEN_INTENTS = frozenset({"ask_doctor_schedule", "query_appointment", "set_reminder", "change_reminder"})
SYMPTOM_INTENTS = frozenset({"describe_symptom", "ask_department", "ask_health"})
_STANDING = re.compile(r"^(?:我想|帮我|请|麻烦)*把|我的预约|预约时间|约好|约过|原来|已经|改约|改期|改签")
_SO_BE_IT = re.compile(r"^(?:那|就|好|行|可以|嗯|对|是|要|ok)|这个科|这科|那个科|刚才|刚说的", re.IGNORECASE)
_ELSE = re.compile(r"别的|其他|其它|换|不是")
FIRST_DEPARTMENTS = 8  # shown when nothing is known yet
SLOTS = ("department", "doctor", "day", "hours", "time", "opening", "confirmed")


async def booking_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the booking form."""
    wish = wish_of(slots)
    if phase is Phase.RESUMED:
        return await _next(deps, heard, _still_suggested(deps, heard, wish))
    clinic = deps.library.clinic
    said = Reader(clinic, zone_of(deps), heard.at).read(heard.text, wish, _field(heard))
    if phase is Phase.STARTED:
        return await _next(deps, heard, _with_offer(deps, heard, _with_suggestion(said, heard)))
    if heard.requested == "booking_confirmed" and not said.changed:
        if says_yes(heard.text):
            return Step({**slots, "booking_confirmed": "yes"})
        if says_no(heard.text) or wants_other(heard.text):
            return Step(packed(wish), "booking_confirmed", (message(phrases.WHAT_TO_CHANGE, _CHANGES),))
    if heard.requested == "booking_department" and says_yes(heard.text):
        said = _with_suggestion(said, heard)
        said = replace(said, changed=said.changed | ({"department"} if said.wish.department else set()))
    if heard.intent == "change_appointment" and _STANDING.search(heard.text):
        return REJECTED
    told = bool(said.changed or said.stranger or said.namesakes)
    complains = heard.intent in SYMPTOM_INTENTS or not asks(heard.text)
    illness = bool(said.complaint) and wish.department is None and complains
    if _field(heard) == "department" and heard.intent == "ask_department" and not (told or illness):
        return Step(packed(wish), "booking_department", (message(phrases.TELL_COMPLAINT),))
    own = OWN_INTENTS | (SYMPTOM_INTENTS if illness else frozenset()) | (WHEN_INTENTS if _moved(heard, said) else set())
    if is_aside(heard, own, bool(said.changed)):
        return REJECTED
    if not (told or illness) and len(heard.text) > SHORT and heard.intent not in OWN_INTENTS:
        return REJECTED
    step = await _next(deps, heard, said)
    same = said.wish == wish and said.changed and step.requested == heard.requested and not said.soonest
    return _agreed(step, said) if same else step


def _moved(heard: Heard, said: WishHeard) -> bool:
    """有没有下午, 有晚一点的吗: asked where days or times are offered, this chooses among them."""
    return _field(heard) in ("day", "time") and bool(said.changed) and len(heard.text) <= SHORT


def _agreed(step: Step, said: WishHeard) -> Step:
    """下午, while the list shows the afternoon already: that was understood."""
    step = replace(step, understood=True)
    if not (said.wish.hours and step.messages) or said.shift or said.problem:
        return step
    asked = step.messages[-1]
    lead = phrases.THESE_ARE.format(hours=said.wish.hours.label)
    return replace(step, messages=(*step.messages[:-1], asked | {"text": lead + asked["text"]}))


async def _next(deps: Deps, heard: Heard, said: WishHeard) -> Step:
    """The next question, or what is to be confirmed."""
    clinic = deps.library.clinic
    if said.wish.department is None:
        step = _step(_ask_department(clinic, said))
        only = said.complaint[0].id if len(said.complaint) == 1 else None
        return replace(step, slots={**step.slots, "suggested_department": only})
    found = await free_in(deps, heard.caller.clinic, said.wish.department, heard.at)
    today = heard.at.astimezone(zone_of(deps)).date()
    chooser = Chooser(clinic, found, today)
    if not with_places(found):
        return _step(_another_department(clinic, said, has_openings=bool(found)))
    trouble = _bad_time(said, found)
    if trouble:
        said = replace(said, wish=replace(said.wish, day=None, time=None, hours=None), soonest=False)
    elif said.stranger:
        trouble = phrases.NO_SUCH_DOCTOR.format(name=said.stranger)
    outcome = chooser.next(said)
    if isinstance(outcome, Question):
        return _step(replace(outcome, text=trouble + outcome.text))
    return _confirm(deps, outcome, today)


def _another_department(clinic: Clinic, said: WishHeard, has_openings: bool) -> Question:
    """A department that is full for two weeks, or takes no bookings at all, like the emergency room."""
    department = clinic.department(said.wish.department or "")
    text = (phrases.DOCTOR_FULL if has_openings else phrases.NOT_BOOKABLE).format(
        who=department.name, place=department.location, phone=clinic.phone
    )
    others = tuple(_choices(one for one in _bookable(clinic) if one.id != department.id))
    wish = replace(said.wish, department=None, doctor=None)
    return Question("department", text + phrases.ANOTHER_DEPARTMENT, (*others, Choice("不挂了")), wish)


def _bad_time(said: WishHeard, found: Iterable[Free]) -> str:
    """A time that can't be, or lies beyond the bookable days: said before the question."""
    if said.problem is not None:
        return said.problem.chinese
    last = max((one.day for one in found), default=None)
    if last and said.wish.day and said.wish.day > last:
        return phrases.TOO_FAR.format(month=last.month, day=last.day)
    return ""


def _ask_department(clinic: Clinic, said: WishHeard) -> Question:
    if said.namesakes:
        doctors = tuple(
            Choice(
                f"{one.name}（{clinic.department(one.department).name}）",
                f"{clinic.department(one.department).name}{one.name}医生",
            )
            for one in said.namesakes
        )
        return Question("department", phrases.WHICH_DOCTOR, doctors, said.wish)
    if said.complaint:
        return Question("department", _advice(said.complaint), tuple(_choices(said.complaint[:3])), said.wish)
    text = phrases.ASK_DEPARTMENT
    if said.stranger:
        text = phrases.NO_SUCH_DOCTOR.format(name=said.stranger) + text
    if said.problem is not None:
        text = said.problem.chinese + text
        said = replace(said, wish=replace(said.wish, day=None, time=None, hours=None))
    return Question("department", text, tuple(_choices(_bookable(clinic))), said.wish)


def _advice(departments: tuple[Department, ...]) -> str:
    names = "、".join(one.name for one in departments[:3])
    remark = departments[0].remark
    sentence = phrases.SUGGESTED if len(departments) > 1 else phrases.SUGGESTED_ONE
    return sentence.format(names=names) + (remark and f"（{remark}）")


def _bookable(clinic: Clinic) -> list[Department]:
    """The first departments that have doctors to book."""
    return [one for one in clinic.departments if clinic.doctors_of(one.id)][:FIRST_DEPARTMENTS]


def _choices(departments: Iterable[Department]) -> list[Choice]:
    return [Choice(one.name) for one in departments]


def _step(question: Question) -> Step:
    return Step(packed(question.wish), f"booking_{question.field}", (message(question.text, question.choices),))


def _confirm(deps: Deps, chosen: Chosen, today: date) -> Step:
    opening, clinic = chosen.free.opening, deps.library.clinic
    doctor, department = clinic.doctor(opening.doctor), clinic.department(opening.department)
    text = phrases.CONFIRM_BOOKING.format(
        department=department.name,
        doctor=f"{doctor.name} {doctor.title}",
        when=moment_label(opening.starts_at, zone_of(deps), today),
        place=department.location,
        fee=phrases.FEE.format(fee=doctor.fee) if doctor.fee else "",
    )
    slots = {**packed(chosen.wish), "booking_opening": opening.id}
    choices = (Choice("确认"), Choice("换个时间"), Choice("换个医生"), Choice("取消", "不挂了"))
    return Step(slots, "booking_confirmed", (message(text, choices),))


_CHANGES = (Choice("换科室"), Choice("换个医生"), Choice("换一天"), Choice("换个时间"), Choice("不挂了"))


def _with_suggestion(said: WishHeard, heard: Heard) -> WishHeard:
    """`那帮我挂号吧`, or `好的`, after we named a department means that one."""
    suggested = heard.slots.get("suggested_department") if _SO_BE_IT.search(heard.text) else None
    if said.wish.department or said.complaint or said.namesakes or not suggested:
        return said
    return replace(said, wish=replace(said.wish, department=suggested))


def _with_offer(deps: Deps, heard: Heard, said: WishHeard) -> WishHeard:
    """A bare `帮我挂号` right after we named a department: that one is proposed, not the whole list."""
    suggested = heard.slots.get("suggested_department")
    if not suggested or said.wish.department or said.complaint or said.namesakes or _ELSE.search(heard.text):
        return said
    department = deps.library.clinic.department(suggested)
    named = any(department.name in text for text in last_bot_texts(heard.events))
    return replace(said, complaint=(department,)) if named else said


def _still_suggested(deps: Deps, heard: Heard, wish: Wish) -> WishHeard:
    """After something else was answered, the department that was being suggested still is."""
    suggested = heard.slots.get("suggested_department") if heard.requested == "booking_department" else None
    return WishHeard(wish, complaint=(deps.library.clinic.department(suggested),) if suggested else ())


def _field(heard: Heard) -> str | None:
    return (heard.requested or "").removeprefix("booking_") or None


def wish_of(slots: Slots, prefix: str = "booking_") -> Wish:
    """The wish that a form's slots hold."""
    day, clock = slots.get(prefix + "day"), slots.get(prefix + "time")
    return Wish(
        slots.get(prefix + "department"),
        slots.get(prefix + "doctor"),
        date.fromisoformat(day) if day else None,
        Hours.unpacked(slots.get(prefix + "hours")),
        time.fromisoformat(clock) if clock else None,
    )


def packed(wish: Wish, prefix: str = "booking_") -> dict[str, str | None]:
    """The slots of a wish; what was confirmed before is not any more."""
    return {
        prefix + "department": wish.department,
        prefix + "doctor": wish.doctor,
        prefix + "day": wish.day.isoformat() if wish.day else None,
        prefix + "hours": wish.hours.packed() if wish.hours else None,
        prefix + "time": f"{wish.time:%H:%M}" if wish.time else None,
        prefix + "opening": None,
        prefix + "confirmed": None,
    }


BOOKING = Form("booking_form", tuple(f"booking_{name}" for name in SLOTS), "booking_confirmed", booking_step)


async def book(deps: Deps, heard: Heard) -> Outcome:
    """Take the confirmed opening; when it has gone meanwhile, go on choosing."""
    if heard.slots.get("booking_confirmed") != "yes":
        return say(phrases.BOOKING_LEFT, Choice("查看我的预约"), Choice("挂号"), **BOOKING.empty)
    opening = opening_by_id(deps, str(heard.slots.get("booking_opening")), heard.at)
    if opening is None:
        return _choose_again(phrases.OPENING_GONE, heard)
    try:
        booked = await deps.appointments.book(heard.caller.clinic, heard.caller.person, opening, heard.at)
    except (OpeningTaken, AlreadyBooked) as error:
        return _choose_again(error.title, heard)
    text = phrases.BOOKED.format(details=details(deps, booked, heard))
    return say(
        text, Choice("查看我的预约"), Choice("改时间", "我要改预约时间"), suggested_department=None, **BOOKING.empty
    )


def _choose_again(text: str, heard: Heard) -> Outcome:
    """Keep department, doctor and day; the form goes on from there."""
    slots = {"booking_time": None, "booking_opening": None, "booking_confirmed": None}
    return Outcome((message(text),), slots, (FollowupAction("booking_form"),))


def details(deps: Deps, appointment: Appointment, heard: Heard) -> str:
    """Department, doctor, time, place and number of an appointment, one a line."""
    clinic, zone = deps.library.clinic, zone_of(deps)
    doctor, department = clinic.doctor(appointment.doctor), clinic.department(appointment.department)
    when = moment_label(appointment.starts_at, zone, heard.at.astimezone(zone).date())
    return phrases.DETAILS.format(
        department=department.name,
        doctor=f"{doctor.name} {doctor.title}",
        when=when,
        place=department.location,
        number=appointment.number,
    )
