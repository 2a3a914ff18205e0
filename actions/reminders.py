"""设吃药提醒, 改提醒: which drug, how much, when; read back before it is stored."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.dates import clock_label, moment_label
from actions.deps import Deps
from actions.doses import put_off, skipped, taken
from actions.form import REJECTED, SHORT, Form, Slots, Step, is_aside
from actions.free import zone_of
from actions.heard import Heard, Phase
from actions.reminder_draft import Draft, missing, read_draft
from actions.safety import cautions
from actions.stopping import choices as regimen_choices
from actions.stopping import line as regimen_line
from actions.stopping import meant, running
from actions.words import says_no, says_yes
from bot.regimens import Regimen
from schedules.due import due_times, next_due
from schedules.regimen import RegimenProblem
from schedules.timing import Timing

OWN_INTENTS = frozenset({"set_reminder", "change_reminder"})
SLOTS = ("drug", "dose", "timing", "said", "replaces", "confirmed")
MOST_CLOCKS = 6  # clock times read back; more confuse
_NO_MEDICINE = re.compile(r"复查|复诊|体检|量血压|测血压|血糖|锻炼|运动|喝水|看医生|看病|缴费|产检|打疫苗")
_TAKE = re.compile(r"吃|服|药|片|粒|打针|注射|胰岛素|喷|滴|涂|贴")
_OF_A_DOSE = re.compile(
    r"^(?:过?(?:10|十)分钟(?:后|以后|之后)?再?提醒我?|(?:这|那|今天这)[次顿回]不吃了?"
    r"|.{0,10}(?:已经)?吃了|已服药?|吃过了)[。 ]*$"
)
_DOSE_INTENTS = frozenset({"confirm_taken", "snooze", "skip_dose"})
_TO = re.compile(r"(?:改|换|调|挪|提前|推迟)(?:到|成|为|至)")


async def reminder_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the reminder form."""
    draft = Draft.from_slots(slots)
    if phase is Phase.RESUMED:
        return await _next(deps, heard, draft, ())
    if _OF_A_DOSE.match(heard.text):
        return await _of_a_dose(deps, heard, phase)
    if phase is Phase.STARTED and heard.intent == "change_reminder":
        return await _replace(deps, heard)
    if phase is Phase.STARTED and _NO_MEDICINE.search(heard.text) and not _TAKE.search(heard.text):
        return Step(messages=(message(phrases.ONLY_MEDICINES),), closed=True)
    if heard.requested == "reminder_replaces":
        return await _replace(deps, heard)
    if heard.requested == "reminder_confirmed" and phase is Phase.CONTINUED:
        if says_yes(heard.text):
            return Step({**slots, "reminder_confirmed": "yes"})
        if says_no(heard.text):
            return Step(draft.to_slots(), "reminder_confirmed", (message(phrases.WHAT_TO_CHANGE_REMINDER, _CHANGES),))
    new, problems = read_draft(deps, heard, draft)
    if phase is Phase.CONTINUED and is_aside(heard, OWN_INTENTS, new != draft):
        return REJECTED
    if phase is Phase.CONTINUED and new == draft and len(heard.text) > SHORT and heard.intent not in OWN_INTENTS:
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
    draft = Draft(({"name": old.drug, "id": old.drug_id},), old.dose or None, None, "", old.id)
    words = _after_to(heard.text) or heard.slots.get("reminder_said") or heard.text
    new, problems = read_draft(deps, replace(heard, text=words), replace(draft, timing=old.timing))
    if new.timing == old.timing and new.dose == draft.dose:
        new = replace(new, timing=None)
    return await _next(deps, heard, replace(new, drugs=draft.drugs), problems)


def _after_to(text: str) -> str:
    match = _TO.search(text)
    return text[match.end() :] if match else ""


async def _next(deps: Deps, heard: Heard, draft: Draft, problems: Sequence[str]) -> Step:
    """The next question, or the whole read back."""
    if not draft.drugs:
        return Step(draft.to_slots(), "reminder_drug", (message(phrases.ASK_DRUG, (Choice("不设了"),)),))
    if draft.timing is None:
        problems = problems or missing(deps, heard, draft)
        slots = {**draft.to_slots(), **_last_drug(draft.drugs)}
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
    mine = await running(deps, heard)
    old = next((one for one in mine if one.id == draft.replaces), None)
    drugs = draft.names + (f" {draft.dose}" if draft.dose else "")
    sentence = phrases.CONFIRM_ONCE if len(timing.events) == 1 else phrases.CONFIRM_REMINDER
    sentence = phrases.CONFIRM_REPLACE if old else sentence
    text = sentence.format(
        timing=spoken(timing, heard.at, zone_of(deps)), drugs=drugs, old=regimen_line(old) if old else ""
    )
    notes = cautions(deps.library, draft.drugs, draft.dose, timing, [one for one in mine if one is not old])
    buttons = (Choice("对", "对"), Choice("换个时间", "时间不对"), Choice("不设了"))
    parts = (message("\n".join((text, *notes.texts)), buttons, notes.sources),)
    slots = {**replace(draft, timing=timing).to_slots(), **_last_drug(draft.drugs)}
    return Step(slots, "reminder_confirmed", parts)


def spoken(timing: Timing, at: datetime, zone: ZoneInfo) -> str:
    """The timing with the clock times it comes to, where the words give none (一天三次)."""
    words = timing.read_back().removesuffix("，提醒一次")
    if timing.time_of_day or timing.events or timing.as_needed:
        return words
    day = list(due_times(timing, at, at + timedelta(days=1), timezone=zone))
    clocks = sorted(clock_label(moment.astimezone(zone).time()) for moment in day)
    return f"{words}（{'、'.join(clocks)}）" if 0 < len(clocks) <= MOST_CLOCKS else words


REMINDER = Form("reminder_form", tuple(f"reminder_{name}" for name in SLOTS), "reminder_confirmed", reminder_step)


async def set_reminder(deps: Deps, heard: Heard) -> Outcome:
    """Store the confirmed reminders, one for each drug."""
    draft = Draft.from_slots(heard.slots)
    if heard.slots.get("reminder_confirmed") != "yes" or draft.timing is None:
        left = phrases.CHANGE_REMINDER_LEFT if draft.replaces else phrases.REMINDER_LEFT
        return say(left, Choice("查看我的提醒"), **REMINDER.empty)
    regimens = [_regimen(heard, one, draft, draft.timing) for one in draft.drugs]
    for place, one in enumerate(regimens):
        replacing = draft.replaces if place == 0 else None
        await deps.regimens.add(heard.caller.clinic, one, heard.at, replacing=replacing)
    return say(
        _stored(deps, heard, regimens, draft.timing),
        Choice("查看我的提醒"),
        **REMINDER.empty,
        **_last_drug(draft.drugs),
    )


def _last_drug(drugs: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """The drug last talked of, for `它怎么吃` in the middle or afterwards."""
    known = [one["id"] for one in drugs if one["id"]]
    return {"drug": known[-1]} if known else {}


def _regimen(heard: Heard, drug: Mapping[str, str | None], draft: Draft, timing: Timing) -> Regimen:
    caller = heard.caller
    return Regimen(
        id=uuid.uuid4().hex,
        person=caller.person,
        conversation=caller.conversation,
        drug=str(drug["name"]),
        drug_id=drug["id"],
        dose=draft.dose or "",
        timing=timing,
        starts_at=heard.at,
    )


def _stored(deps: Deps, heard: Heard, regimens: Sequence[Regimen], timing: Timing) -> str:
    lines = "；".join(regimen_line(one) for one in regimens)
    first: datetime | None = next_due(timing, heard.at, timezone=zone_of(deps))
    if first is None:
        return phrases.REMINDER_AS_NEEDED.format(lines=lines)
    zone = zone_of(deps)
    label = moment_label(first, zone, heard.at.astimezone(zone).date())
    return phrases.REMINDER_SET.format(lines=lines, next=label)
