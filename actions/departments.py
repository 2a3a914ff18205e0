"""挂什么科, 医生什么时候出诊."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk.events import FollowupAction

from actions import phrases
from actions.answer import FALLBACK, Choice, Outcome, message, say, unclear
from actions.conversation import MENU
from actions.dates import clock_label, day_label, spoken_day
from actions.deps import Deps
from actions.drugs import answer_drug, asks_on
from actions.free import Free, days_of, free_in, times_of, with_places, zone_of
from actions.heard import Heard
from actions.wish import Reader, Wish
from bot.clauses import asks
from knowledge.clinic import Doctor
from knowledge.departments import Department

_WHY = re.compile(r"原因|怎么回事|咋回事|怎么搞的|为什么|为啥|怎么引起|要紧|严不严重|严重吗")
_AS_TOLD = re.compile(r"^(?:那|所以|这)|刚才|我这")
_BOOK_IT = re.compile(
    r"^(?:那|就|好|嗯|行|帮我|给我|我|要|,|，)*(?:挂|预约|约)(?:这|那|它)(?:个|科|号|吧|呗|了|行|,|，)*[。！!]?$"
)
_VAGUE = frozenset({"不舒服", "难受", "不太舒服"})
_WHERE = re.compile(
    r"浑身|全身|身体|身上|孩子|宝宝|老人|孕|月经|例假|[吃喝打](?:了|完)|[术产]后|喂奶|发|痛|疼|晕|吐|咳|心|胃|头|肚"
)
MOST_DEPARTMENTS = 3
MOST_DAYS = 5


async def ask_department(deps: Deps, heard: Heard) -> Outcome:
    """Departments for a complaint, with the reason, ready to book; why it hurts is the knowledge's to say."""
    clinic, told = deps.library.clinic, heard.intent == "describe_symptom"
    if _tells_nothing(deps, heard.text):
        return say(phrases.TELL_COMPLAINT, Choice("转人工"))
    found = clinic.departments_for(heard.text)[:MOST_DEPARTMENTS]
    suggested = heard.slots.get("suggested_department")
    if suggested and not (found or told) and _AS_TOLD.search(heard.text):
        found = (clinic.department(suggested),)
    if not found and told:
        return Outcome((FALLBACK, *unclear(phrases.TELL_MORE, *MENU).messages))
    if not found:
        named = [Choice(one.name, f"{one.name}看什么病") for one in clinic.departments[:6]]
        return unclear(phrases.TELL_COMPLAINT, *named, Choice("转人工"))
    lines = "\n".join(_reason(one, heard.text) for one in found)
    text = phrases.DEPARTMENTS.format(lines=lines)
    buttons = [Choice(f"挂{one.name}", f"挂{one.name}的号") for one in found]
    because = (FALLBACK,) if told and asks(heard.text) else ()
    return Outcome((message(text, buttons), *because), {"suggested_department": found[0].id})


async def ask_health(deps: Deps, heard: Heard) -> Outcome:
    """A question for the knowledge; should that be silent, the departments to turn to. What Rasa is unsure of comes
    here too: a few words may go on from what was said last.
    """
    if heard.form is None and heard.slots.get("suggested_department") and _BOOK_IT.match(heard.text):
        return Outcome(events=(FollowupAction("booking_form"),))
    if asks_on(heard):
        return await answer_drug(deps, heard)
    found = deps.library.clinic.departments_for(heard.text)[:MOST_DEPARTMENTS]
    if found and _WHY.search(heard.text):
        return await ask_department(deps, replace(heard, intent="describe_symptom"))
    if not found:
        return Outcome((FALLBACK,))
    text = phrases.NOT_KNOWN_BUT.format(names="、".join(one.name for one in found))
    buttons = [Choice(f"挂{one.name}", f"挂{one.name}的号") for one in found]
    return Outcome((FALLBACK, *unclear(text, *buttons, Choice("转人工")).messages))


def _tells_nothing(deps: Deps, text: str) -> bool:
    """我不舒服，该挂哪个科: not where, not what. A department named on that would be a guess."""
    told = deps.library.clinic.triage.complaints_told(text)
    return bool(told) and set(told.values()) <= _VAGUE and not _WHERE.search(text)


def _reason(one: Department, complaint: str) -> str:
    told = [word for word in one.symptoms if word in complaint]
    longest = [word for word in told if not any(word != other and word in other for other in told)]
    why = f"（您说到{'、'.join(longest[:3])}）" if longest else ""
    return f"· {one.name}{why}：{one.about}{one.remark}"


async def doctor_schedule(deps: Deps, heard: Heard) -> Outcome:
    """When a doctor, or the doctors of a department, see patients next."""
    clinic = deps.library.clinic
    said = Reader(clinic, zone_of(deps), heard.at).read(heard.text, Wish())
    if said.stranger:
        return say(phrases.NO_SUCH_DOCTOR.format(name=said.stranger) + phrases.WHOSE_SCHEDULE)
    if said.namesakes:
        buttons = [Choice(one.name, f"{one.name}医生什么时候出诊") for one in said.namesakes]
        return say(phrases.WHICH_DOCTOR, *buttons)
    department = said.wish.department or heard.slots.get("suggested_department")
    if department is None:
        return say(
            phrases.WHOSE_SCHEDULE, *(Choice(one.name, f"{one.name}有哪些医生出诊") for one in clinic.departments[:8])
        )
    found = with_places(await free_in(deps, heard.caller.clinic, department, heard.at))
    if said.wish.doctor:
        return _of_doctor(deps, heard, clinic.doctor(said.wish.doctor), found, said.wish)
    return _of_department(deps, heard, clinic.department(department), found, said.wish)


def _of_doctor(deps: Deps, heard: Heard, doctor: Doctor, found: Sequence[Free], wish: Wish) -> Outcome:
    clinic, today = deps.library.clinic, heard.at.astimezone(zone_of(deps)).date()
    own = [one for one in found if one.opening.doctor == doctor.id]
    who = f"{clinic.department(doctor.department).name} {doctor.name} {doctor.title}"
    asked = [one for one in own if one.fits(wish)]
    missing = not asked and wish.day is not None
    none = phrases.NOT_THAT_DAY.format(who=who, day=day_label(wish.day, today)) if missing and wish.day else ""
    lines = "\n".join(_day_line(asked or own, day, deps, heard) for day in days_of(asked or own)[:MOST_DAYS])
    if not lines:
        return say(
            phrases.DOCTOR_FULL.format(who=who),
            Choice("看看同科别的医生", f"{clinic.department(doctor.department).name}有哪些医生出诊"),
        )
    text = none + phrases.DOCTOR_SCHEDULE.format(who=who, lines=lines, about=doctor.about)
    return say(text, *_book_buttons(asked or own, doctor), suggested_department=doctor.department)


def _book_buttons(found: Sequence[Free], doctor: Doctor) -> list[Choice]:
    return [Choice(f"挂{spoken_day(day)}", f"挂{doctor.name}医生{spoken_day(day)}的号") for day in days_of(found)[:3]]


def _day_line(found: Sequence[Free], day: object, deps: Deps, heard: Heard) -> str:
    today = heard.at.astimezone(zone_of(deps)).date()
    own = [one for one in found if one.day == day]
    times = times_of(own)
    places = sum(one.left for one in own)
    return f"· {day_label(own[0].day, today)} {clock_label(times[0])}—{clock_label(times[-1])}（余{places}个号）"


def _of_department(deps: Deps, heard: Heard, department: Department, found: Sequence[Free], wish: Wish) -> Outcome:
    today, zone = heard.at.astimezone(zone_of(deps)).date(), zone_of(deps)
    fitting = [one for one in found if one.fits(wish)] or list(found)
    lines = []
    for doctor in deps.library.clinic.doctors_of(department.id):
        days = days_of(one for one in fitting if one.opening.doctor == doctor.id)
        if days:
            when = "、".join(day_label(day, today) for day in days[:3])
            lines.append(f"· {doctor.name} {doctor.title}：{when}")
    if not lines:
        return say(phrases.DOCTOR_FULL.format(who=department.name), Choice("看看别的科室", "挂什么科"))
    text = phrases.DEPARTMENT_SCHEDULE.format(department=department.name, lines="\n".join(lines), zone=zone.key)
    return say(text, Choice(f"挂{department.name}", f"挂{department.name}的号"), suggested_department=department.id)


def place_of(deps: Deps, text: str) -> Outcome | None:
    """Where a department is, when the words name one."""
    department = deps.library.clinic.find_department(text)
    if department is None:
        return None
    about = phrases.PLACE.format(name=department.name, place=department.location, about=department.about)
    buttons = (Choice(f"挂{department.name}", f"挂{department.name}的号"),)
    return Outcome((message(about, buttons),), {"suggested_department": department.id})
