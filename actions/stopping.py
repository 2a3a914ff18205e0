"""停提醒: stop a reminder, or all of them; and show those that run."""

import re
from collections.abc import Sequence

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.deps import Deps
from actions.form import REJECTED, Form, Slots, Step, is_aside
from actions.heard import Heard, Phase
from actions.pick import picked
from actions.words import says_no, says_yes, wants_all
from bot.regimens import Regimen

OWN_INTENTS = frozenset({"cancel_reminder", "change_reminder"})
ALL = "all"


async def running(deps: Deps, heard: Heard) -> tuple[Regimen, ...]:
    """The person's active regimens, oldest first."""
    return await deps.regimens.active(heard.caller.clinic, heard.caller.person)


def meant(deps: Deps, text: str, found: Sequence[Regimen]) -> tuple[Regimen, ...]:
    """Those whose drug the words name; all when the words tell nothing."""
    known = {drug.id for drug in deps.library.drugs.mentioned(text)}
    return picked(text, found, lambda one: one.drug in text or one.drug_id in known)


def line(one: Regimen) -> str:
    """`氨氯地平 一片，每天早上8:00`."""
    return f"{one.drug}{' ' + one.dose if one.dose else ''}，{one.timing.read_back()}"


async def stop_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the stop form: which reminder, then whether really."""
    found = await running(deps, heard)
    if not found:
        return Step(messages=(message(phrases.NO_REMINDERS, (Choice("设一个提醒", "提醒我吃药"),)),), closed=True)
    chosen = _chosen(found, slots.get("stop_regimen"))
    if phase is Phase.RESUMED:
        return _confirm(chosen) if chosen else _which(found)
    if phase is Phase.CONTINUED and chosen and heard.requested == "stop_confirmed":
        if says_no(heard.text):
            return Step({**slots, "stop_confirmed": "left"})
        if says_yes(heard.text):
            return Step({**slots, "stop_confirmed": "yes"})
    return _choose(deps, heard, found, phase)


def _choose(deps: Deps, heard: Heard, found: Sequence[Regimen], phase: Phase) -> Step:
    if wants_all(heard.text):
        return _confirm(found)
    fitting = meant(deps, heard.text, found)
    told = len(fitting) < len(found)
    if phase is Phase.CONTINUED and not told and is_aside(heard, OWN_INTENTS, answered=False):
        return REJECTED
    return _confirm(fitting) if len(fitting) == 1 else _which(fitting)


def _chosen(found: Sequence[Regimen], slot: str | None) -> tuple[Regimen, ...]:
    return tuple(found) if slot == ALL else tuple(one for one in found if one.id == slot)


def choices(found: Sequence[Regimen]) -> list[Choice]:
    """One button for each; two of the same drug are told apart by their place."""
    drugs = [one.drug for one in found]
    return [
        Choice(line(one), one.drug if drugs.count(one.drug) == 1 else f"第{place}个")
        for place, one in enumerate(found, 1)
    ]


def _which(found: Sequence[Regimen]) -> Step:
    buttons = (*choices(found), Choice("全部停掉"), Choice("不停了"))
    return Step(dict.fromkeys(STOP.slots), "stop_regimen", (message(phrases.WHICH_TO_STOP, buttons),))


def _confirm(chosen: Sequence[Regimen]) -> Step:
    lines = "\n".join(f"· {line(one)}" for one in chosen)
    slot = chosen[0].id if len(chosen) == 1 else ALL
    asked = message(phrases.CONFIRM_STOP.format(lines=lines), (Choice("确认停止"), Choice("不停了")))
    return Step({"stop_regimen": slot, "stop_confirmed": None}, "stop_confirmed", (asked,))


_STOP_WORDS = re.compile(r"^(?:嗯|好|对|是|那|就|请|的|,|，|吧)*(?:停止|停下|取消|停)(?:提醒)?[吧了的。！!]*$")
STOP = Form("stop_form", ("stop_regimen", "stop_confirmed"), "stop_confirmed", stop_step, _STOP_WORDS)


async def stop_reminder(deps: Deps, heard: Heard) -> Outcome:
    """Stop what was confirmed. Stopping a reminder is not stopping the drug: it is said."""
    if heard.slots.get("stop_confirmed") != "yes":
        return say(phrases.STOP_LEFT, Choice("查看我的提醒"), **STOP.empty)
    chosen = _chosen(await running(deps, heard), heard.slots.get("stop_regimen"))
    for one in chosen:
        await deps.regimens.stop(heard.caller.clinic, heard.caller.person, one.id, heard.at)
    if not chosen:
        return say(phrases.NO_REMINDERS, Choice("查看我的提醒"), **STOP.empty)
    names = "、".join(dict.fromkeys(one.drug for one in chosen))
    return say(phrases.STOPPED.format(names=names), Choice("查看我的提醒"), **STOP.empty)


async def list_reminders(deps: Deps, heard: Heard) -> Outcome:
    """The active reminders of the person."""
    found = await running(deps, heard)
    if not found:
        return say(phrases.NO_REMINDERS, Choice("设一个提醒", "提醒我吃药"))
    lines = "\n".join(f"· {line(one)}" for one in found)
    text = phrases.YOUR_REMINDERS.format(count=len(found), lines=lines)
    return say(text, Choice("加一个", "提醒我吃药"), Choice("停一个", "停止提醒"), Choice("改时间", "修改提醒时间"))
