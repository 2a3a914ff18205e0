"""改约: move an appointment to another opening of the same doctor, or of a colleague."""

import re
from dataclasses import replace
from datetime import date

from rasa_sdk.events import FollowupAction

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.booking import details, packed, wish_of
from actions.choose import Chooser, Chosen, Question
from actions.dates import moment_label
from actions.deps import Deps
from actions.form import REJECTED, SHORT, Form, Slots, Step, is_aside
from actions.free import free_in, opening_by_id, zone_of
from actions.heard import Heard, Phase
from actions.own import choices, line, meant, mine, misses
from actions.still_there import doctor_of
from actions.wish import Reader, WishHeard
from actions.words import says_no, says_yes, wants_other
from bot.appointments import AlreadyBooked, Appointment
from bot.errors import NotFound, OpeningTaken

OWN_INTENTS = frozenset({"change_appointment"})
PREFIX = "change_"
SLOTS = ("appointment", "department", "doctor", "day", "hours", "time", "opening", "confirmed")
_BOOK = re.compile(r"挂|看病|再约")
_TO = re.compile(r"(?:改|换|挪|移|推迟|提前|调|延)(?:签|期|约|后)?(?:到|成|为|至|在)")


async def change_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the change form: which appointment, then where to."""
    found = await mine(deps, heard)
    if not found:
        return Step(messages=(message(phrases.NO_APPOINTMENTS, (Choice("挂号"),)),), closed=True)
    current = next((one for one in found if one.id == slots.get("change_appointment")), None)
    if current is None:
        return await _which(deps, heard, found, phase)
    if phase is Phase.RESUMED:
        return await _next(deps, heard, WishHeard(wish_of(slots, PREFIX)), current)
    return await _where_to(deps, heard, slots, current)


async def _which(deps: Deps, heard: Heard, found: tuple[Appointment, ...], phase: Phase) -> Step:
    """The words before 改到 name the appointment, those after it the new time."""
    old, new = _halves(heard.text)
    fitting = meant(deps, old, found, heard.at) if phase is not Phase.RESUMED else found
    if len(fitting) == 1 and not misses(deps, old, found, heard.at):
        return await _begin(deps, heard, fitting[0], new)
    if phase is Phase.CONTINUED and len(fitting) == len(found) and is_aside(heard, OWN_INTENTS, answered=False):
        return REJECTED
    before = phrases.NO_SUCH_APPOINTMENT if misses(deps, old, found, heard.at) else ""
    asked = message(before + phrases.WHICH_TO_CHANGE, choices(deps, fitting, heard.at))
    return Step(dict.fromkeys(CHANGE.slots), "change_appointment", (asked,))


def _halves(text: str) -> tuple[str, str]:
    """What is changed, and what it shall become. Without 改到 the words can only name the appointment."""
    match = _TO.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


async def _begin(deps: Deps, heard: Heard, current: Appointment, new: str) -> Step:
    """Start from the same doctor and the same half of the day unknown: only the new words count."""
    clinic = deps.library.clinic
    doctor = current.doctor if doctor_of(current, clinic) else None
    start = replace(wish_of({}), department=current.department, doctor=doctor)
    said = Reader(clinic, zone_of(deps), heard.at).read(new, start) if new else WishHeard(start)
    return await _next(deps, heard, said, current)


async def _where_to(deps: Deps, heard: Heard, slots: Slots, current: Appointment) -> Step:
    wish = wish_of(slots, PREFIX)
    field = (heard.requested or "").removeprefix(PREFIX)
    said = Reader(deps.library.clinic, zone_of(deps), heard.at).read(_halves(heard.text)[1] or heard.text, wish, field)
    if field == "confirmed" and not said.changed:
        if says_yes(heard.text):
            return Step({**slots, "change_confirmed": "yes"})
        if says_no(heard.text) or wants_other(heard.text):
            asked = message(
                phrases.WHAT_TO_CHANGE, (Choice("换一天"), Choice("换个时间"), Choice("换个医生"), Choice("不改了"))
            )
            return Step(_slots(current, packed(wish, PREFIX)), "change_confirmed", (asked,))
    books_another = heard.intent == "book_appointment" and _BOOK.search(heard.text)
    if books_another or is_aside(heard, OWN_INTENTS, bool(said.changed)):
        return REJECTED
    if not said.changed and not said.stranger and len(heard.text) > SHORT and heard.intent not in OWN_INTENTS:
        return REJECTED
    return await _next(deps, heard, said, current)


async def _next(deps: Deps, heard: Heard, said: WishHeard, current: Appointment) -> Step:
    department, clinic = said.wish.department or current.department, deps.library.clinic
    if department not in {one.id for one in clinic.departments}:
        text = phrases.DEPARTMENT_GONE.format(phone=clinic.phone)
        return Step(messages=(message(text, (Choice("取消预约"), Choice("挂号"))),), closed=True)
    found = await free_in(deps, heard.caller.clinic, department, heard.at)
    others = tuple(one for one in found if one.opening.id != current.opening)
    today = heard.at.astimezone(zone_of(deps)).date()
    chooser = Chooser(clinic, others, today)
    trouble = ""
    if said.problem is not None:
        trouble = said.problem.chinese
        said = replace(said, wish=replace(said.wish, day=None, time=None, hours=None), soonest=False)
    outcome = chooser.next(said)
    if isinstance(outcome, Chosen):
        return _confirm(deps, heard, outcome, current, today)
    return _step(replace(outcome, text=trouble + outcome.text), current)


def _step(question: Question, current: Appointment) -> Step:
    asked = message(question.text, (*question.choices, Choice("不改了")))
    return Step(_slots(current, packed(question.wish, PREFIX)), f"change_{question.field}", (asked,))


def _slots(current: Appointment, slots: dict[str, str | None]) -> dict[str, str | None]:
    return {**slots, "change_appointment": current.id}


def _confirm(deps: Deps, heard: Heard, chosen: Chosen, current: Appointment, today: date) -> Step:
    opening, clinic = chosen.free.opening, deps.library.clinic
    text = phrases.CONFIRM_CHANGE.format(
        old=line(deps, current, heard.at),
        new=moment_label(opening.starts_at, zone_of(deps), today),
        who=f"{clinic.department(opening.department).name} {clinic.doctor(opening.doctor).name}",
    )
    slots = {**_slots(current, packed(chosen.wish, PREFIX)), "change_opening": opening.id}
    buttons = (Choice("确认"), Choice("换个时间"), Choice("换一天"), Choice("不改了"))
    return Step(slots, "change_confirmed", (message(text, buttons),))


CHANGE = Form("change_form", tuple(PREFIX + name for name in SLOTS), "change_confirmed", change_step)


async def change(deps: Deps, heard: Heard) -> Outcome:
    """Move the appointment: the new one is booked and the old one given back, or nothing happens."""
    if heard.slots.get("change_confirmed") != "yes":
        return say(phrases.CHANGE_LEFT, Choice("查看我的预约"), **CHANGE.empty)
    opening = opening_by_id(deps, str(heard.slots.get("change_opening")), heard.at)
    old, caller = str(heard.slots.get("change_appointment")), heard.caller
    try:
        if opening is None:
            raise OpeningTaken
        moved = await deps.appointments.move(caller.clinic, caller.person, old, opening, heard.at)
    except (OpeningTaken, AlreadyBooked) as error:
        slots = {"change_time": None, "change_opening": None, "change_confirmed": None}
        return Outcome((message(phrases.OLD_KEPT.format(why=error.title)),), slots, (FollowupAction("change_form"),))
    except NotFound:
        return say(phrases.NOT_BOOKED_ANY_MORE, Choice("查看我的预约"), Choice("挂号"), **CHANGE.empty)
    return say(phrases.CHANGED.format(details=details(deps, moved, heard)), Choice("查看我的预约"), **CHANGE.empty)
