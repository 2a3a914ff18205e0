"""A confirmed reminder is stored: new medicines, or another time or dose of one that runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk.events import FollowupAction

from actions import phrases
from actions import phrases_of_plans as words
from actions.answer import Choice, MessagePart, Outcome, message, say
from actions.deps import Deps
from actions.heard import Heard
from actions.orders import Item, Taking, from_one, regimens_of
from actions.own_day import DAY, still_to_ask
from actions.plan import TODAY, UNDO, Plan, plan_of
from actions.reminder_draft import Draft, last_drug
from actions.reminders import REMINDER
from actions.safety import cautions_of
from actions.several import items_of, ordered
from actions.stopping import line as regimen_line
from bot.plans import PlanRefused
from bot.regimens import Regimen
from schedules.due import next_due


async def set_reminder(deps: Deps, heard: Heard) -> Outcome:
    """Store what was confirmed."""
    draft, items = Draft.from_slots(heard.slots), items_of(heard.slots)
    if heard.slots.get("reminder_confirmed") != "yes" or not (items or draft.timing):
        left = phrases.CHANGE_REMINDER_LEFT if draft.replaces else phrases.REMINDER_LEFT
        return say(left, Choice("查看我的提醒"), **REMINDER.empty)
    plan = await plan_of(deps, heard)
    old = next((one for one in plan.regimens if one.id == draft.replaces), None)
    items = items or _items(draft)
    if old is not None and (changed := await _changed(deps, heard, plan, old, draft)) is not None:
        return changed
    return await _stored(deps, heard, plan, items, old)


def _items(draft: Draft) -> tuple[Item, ...]:
    """A plain reminder: the same dose and rhythm for each of its medicines."""
    assert draft.timing is not None
    taking = Taking(draft.dose or "", draft.timing)
    return tuple(from_one(str(one["name"]), one["id"], taking) for one in draft.drugs)


async def _changed(deps: Deps, heard: Heard, plan: Plan, old: Regimen, draft: Draft) -> Outcome | None:
    """Another time, or another dose, of one that runs: its stock and its past stay with it. None: both."""
    clinic, person, timing, dose = heard.caller.clinic, heard.caller.person, draft.timing, draft.dose or ""
    if timing is None or len(draft.drugs) != 1 or (timing != old.timing and dose != old.dose):
        return None
    try:
        if timing != old.timing:
            changed = await deps.plans.retime(clinic, person, old.id, timing.anchored(heard.at), heard.at)
        else:
            since = draft.begins(heard.at)
            changed = await deps.plans.change_dose(clinic, person, old.id, dose, since, heard.at)
    except PlanRefused as refused:
        return say(words.REFUSED.format(why=refused), Choice("查看我的提醒"), **REMINDER.empty)
    lines = "；".join(dict.fromkeys(regimen_line(one) for one in changed.regimens[-1:]))
    text = phrases.REMINDER_CHANGED.format(lines=lines, next=plan.next_words(changed, heard.at))
    return say(text, Choice("查看我的提醒"), TODAY, UNDO, **REMINDER.empty, **last_drug(draft.drugs))


async def _stored(deps: Deps, heard: Heard, plan: Plan, items: Sequence[Item], old: Regimen | None) -> Outcome:
    caller = heard.caller
    new = regimens_of(deps.library, caller.person, caller.conversation, items, heard.at, plan.habits)
    regimens = [replace(one, stock=old.stock) if old is not None and old.drug == one.drug else one for one in new]
    replacing = [old.id] if old is not None else []
    await deps.regimens.add_all(heard.caller.clinic, regimens, heard.at, replacing=replacing)
    beside = [one for one in plan.regimens if one is not old]
    grave = cautions_of(deps.library, [ordered(one) for one in items], beside).grave
    parts = (message(_told(heard, plan, items, regimens, grave=bool(grave)), (Choice("查看我的提醒"), TODAY)),)
    slots = {**REMINDER.empty, **last_drug({"id": one.id} for one in items)}
    then: tuple[dict[str, Any], ...] = ()
    if old is None and still_to_ask(plan.habits, (one.timing for one in regimens)):
        await deps.habits.keep(heard.caller.clinic, heard.caller.person, replace(plan.habits, told_at=heard.at))
        then = (FollowupAction(DAY.name),)
    return Outcome((*parts, *_for_the_nurse(grave)), slots, then)


def _for_the_nurse(grave: Sequence[str]) -> tuple[MessagePart, ...]:
    """A danger is no reason to refuse a reminder of what a doctor may have ordered; a nurse looks at it."""
    return ({"task": {"reason": words.TASK_SAFETY.format(what="；".join(grave))}},) if grave else ()


def _told(heard: Heard, plan: Plan, items: Sequence[Item], regimens: Sequence[Regimen], *, grave: bool) -> str:
    day, zone = plan.habits.day_plan, plan.habits.timezone
    coming = [moment for one in regimens if (moment := next_due(one.timing, heard.at, day, zone))]
    first: datetime | None = min(coming, default=None)
    lines = "；".join(map(regimen_line, regimens))
    if len(regimens) > 1:
        lines = "\n" + "\n".join(f"· {one.line(heard.at, plan.habits)}" for one in items)
    sentence = phrases.REMINDER_SET if first else phrases.REMINDER_AS_NEEDED
    text = sentence.format(lines=lines, next=plan.when(first, heard.at) if first else "")
    critical = "、".join(dict.fromkeys(one.drug for one in regimens if one.care.critical and not one.timing.as_needed))
    beside = words.CRITICAL_NOTE.format(drug=critical) if critical else ""
    return "\n".join(filter(None, (text, beside, words.NURSE_WILL_LOOK if grave else "")))
