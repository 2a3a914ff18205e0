"""设吃药提醒, 改提醒: which drug, how much, when; read back before it is stored."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions import phrases
from actions.answer import Choice, message
from actions.dates import spoken_day
from actions.deps import Deps
from actions.doses import put_off, skipped, taken
from actions.form import REJECTED, SHORT, Form, Slots, Step, is_aside
from actions.free import zone_of
from actions.heard import Heard, Phase
from actions.orders import read_orders
from actions.reminder_draft import Draft, last_drug, missing, read_draft
from actions.safety import cautions
from actions.several import is_several, items_of, read_back, resumed, several_step
from actions.spoken import spoken
from actions.stopping import choices as regimen_choices
from actions.stopping import line as regimen_line
from actions.stopping import meant, running
from actions.words import says_no, says_yes
from schedules.due import next_due
from schedules.expressions import read_expression
from schedules.regimen import RegimenProblem

OWN_INTENTS = frozenset({"set_reminder", "change_reminder"})
SLOTS = ("drug", "dose", "timing", "said", "replaces", "confirmed", "items", "item", "since")
_NO_MEDICINE = re.compile(r"复查|复诊|体检|量血压|测血压|血糖|锻炼|运动|喝水|看医生|看病|缴费|产检|打疫苗")
_TAKE = re.compile(r"吃|服|药|片|粒|打针|注射|胰岛素|喷|滴|涂|贴")
_OF_A_DOSE = re.compile(
    r"^(?:过?(?:10|十)分钟(?:后|以后|之后)?再?提醒我?|(?:这|那|今天这)[次顿回]不吃了?"
    r"|.{0,10}(?:已经)?吃了|已服药?|吃过了)[。 ]*$"
)
_DOSE_INTENTS = frozenset({"confirm_taken", "snooze", "skip_dose"})
_FROM = re.compile(r"从|起|开始|以后")
_TO = re.compile(r"(?:改|换|调|挪|提前|推迟)(?:到|成|为|至)")


async def reminder_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the reminder form."""
    draft, items = Draft.from_slots(slots), items_of(slots)
    if phase is Phase.RESUMED:
        return await resumed(deps, heard, items) if items else await _next(deps, heard, draft, ())
    if _OF_A_DOSE.match(heard.text):
        return await _of_a_dose(deps, heard, phase)
    if (phase is Phase.STARTED and heard.intent == "change_reminder") or heard.requested == "reminder_replaces":
        return await _replace(deps, heard)
    if phase is Phase.STARTED and _NO_MEDICINE.search(heard.text) and not _TAKE.search(heard.text):
        return Step(messages=(message(phrases.ONLY_MEDICINES),), closed=True)
    if items:
        return await several_step(deps, heard, items)
    if draft.replaces is None and draft.timing is None:
        orders = read_orders(deps.library, heard.text, heard.at, zone_of(deps))
        if is_several(orders):
            return await read_back(deps, heard, orders)
    return await _plain(deps, heard, slots, phase)


async def _plain(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One rhythm of one dose, for one medicine or for several alike."""
    draft, continued = Draft.from_slots(slots), phase is Phase.CONTINUED
    if heard.requested == "reminder_confirmed" and continued:
        if says_yes(heard.text):
            return Step({**slots, "reminder_confirmed": "yes"})
        if says_no(heard.text):
            return Step(draft.to_slots(), "reminder_confirmed", (message(phrases.WHAT_TO_CHANGE_REMINDER, _CHANGES),))
    new, problems = read_draft(deps, heard, draft)
    if continued and is_aside(heard, OWN_INTENTS, new != draft):
        return REJECTED
    if continued and new == draft and len(heard.text) > SHORT and heard.intent not in OWN_INTENTS:
        return REJECTED
    return await _next(deps, heard, new, problems)


async def _of_a_dose(deps: Deps, heard: Heard, phase: Phase) -> Step:
    """Words about a dose that is due, not about a plan: 10分钟后提醒, 这次不吃, 阿托伐他汀吃了."""
    if phase is Phase.CONTINUED and heard.intent in _DOSE_INTENTS:
        return REJECTED  # Rasa's rule settles the dose and comes back
    verb = skipped if "不吃" in heard.text else taken if heard.text.rstrip("了。 ").endswith("吃") else put_off
    outcome = await verb(deps, heard)
    if phase is Phase.STARTED:
        return Step(messages=outcome.messages, closed=True)
    again = await _next(deps, heard, Draft.from_slots({name: heard.slots.get(name) for name in REMINDER.slots}), ())
    return replace(again, messages=(*outcome.messages, *again.messages), understood=True)


_CHANGES = (Choice("换个时间", "时间不对"), Choice("换种药", "药不对"), Choice("不设了"))


async def _replace(deps: Deps, heard: Heard) -> Step:
    """改提醒: find the one meant, keep its drug and dose, take the new time."""
    found = await running(deps, heard)
    if not found:
        return Step(messages=(message(phrases.NO_REMINDERS, (Choice("设一个提醒", "提醒我吃药"),)),), closed=True)
    fitting = meant(deps, heard.text, found)
    if len(fitting) > 1:
        asked = message(phrases.WHICH_REMINDER, regimen_choices(found))
        said = _after_to(heard.text) or heard.slots.get("reminder_said") or ""
        return Step(Draft(said=said).to_slots(), "reminder_replaces", (asked,))
    old = fitting[0]
    since = _since(heard.text, heard.at, zone_of(deps))
    draft = Draft(({"name": old.drug, "id": old.drug_id},), old.dose or None, None, "", old.id, since)
    words = _after_to(heard.text) or heard.slots.get("reminder_said") or heard.text
    new, problems = read_draft(deps, replace(heard, text=words), replace(draft, timing=old.timing))
    if new.timing == old.timing and new.dose == draft.dose:
        new = replace(new, timing=None)
    return await _next(deps, heard, replace(new, drugs=draft.drugs), problems)


def _since(text: str, at: datetime, zone: ZoneInfo) -> str | None:
    """从明天起: the instant from which a new dose counts; None for now."""
    told = read_expression(text, at, zone) if _FROM.search(text) else None
    return told.start.isoformat() if told is not None and told.start is not None and told.start > at else None


def _after_to(text: str) -> str:
    match = _TO.search(text)
    return text[match.end() :] if match else ""


async def _next(deps: Deps, heard: Heard, draft: Draft, problems: Sequence[str]) -> Step:
    """The next question, or the whole read back."""
    if not draft.drugs:
        return Step(draft.to_slots(), "reminder_drug", (message(phrases.ASK_DRUG, (Choice("不设了"),)),))
    if draft.timing is None:
        problems = problems or missing(deps, heard, draft)
        slots = {**draft.to_slots(), **last_drug(draft.drugs)}
        return Step(slots, "reminder_timing", (_ask_timing(draft, problems),))
    return await _read_back(deps, heard, draft)


def _ask_timing(draft: Draft, problems: Sequence[str]) -> dict[str, Any]:
    if not problems:
        usual = ("每天早上8点", "每天晚上8点", "一天三次饭后")
        return message(phrases.ASK_TIMING.format(drug=draft.names), [Choice(one) for one in usual])
    problem = RegimenProblem(problems[0])
    offers = {RegimenProblem.ONCE_OR_DAILY: ("每天", "只提醒一次"), RegimenProblem.WHICH_HALF: ("早上", "下午", "晚上")}
    return message(problem.question, [Choice(one) for one in offers.get(problem, ())])


async def _read_back(deps: Deps, heard: Heard, draft: Draft) -> Step:
    assert draft.timing is not None
    timing = draft.timing.anchored(heard.at)
    if not timing.as_needed and next_due(timing, heard.at, timezone=zone_of(deps)) is None:
        empty = replace(draft, timing=None, said="")
        return Step(empty.to_slots(), "reminder_timing", (message(phrases.NO_NEXT),))
    mine, habits = await running(deps, heard), await deps.habits.of(heard.caller.clinic, heard.caller.person)
    old = next((one for one in mine if one.id == draft.replaces), None)
    drugs = draft.names + (f" {draft.dose}" if draft.dose else "")
    sentence = phrases.CONFIRM_ONCE if len(timing.events) == 1 else phrases.CONFIRM_REMINDER
    sentence = phrases.CONFIRM_REPLACE if old else sentence
    since = f"从{spoken_day(draft.begins(heard.at).astimezone(zone_of(deps)).date())}起，" if draft.since else ""
    text = sentence.format(
        timing=since + spoken(timing, heard.at, habits), drugs=drugs, old=regimen_line(old) if old else ""
    )
    notes = cautions(deps.library, draft.drugs, draft.dose, timing, [one for one in mine if one is not old])
    buttons = (Choice("对", "对"), Choice("换个时间", "时间不对"), Choice("不设了"))
    parts = (message("\n".join((text, *notes.texts)), buttons, notes.sources),)
    slots = {**replace(draft, timing=timing).to_slots(), **last_drug(draft.drugs)}
    return Step(slots, "reminder_confirmed", parts)


REMINDER = Form("reminder_form", tuple(f"reminder_{name}" for name in SLOTS), "reminder_confirmed", reminder_step)
