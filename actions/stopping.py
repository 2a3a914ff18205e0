"""停提醒: stop a reminder, or all of them; and show those that run."""

import re
from collections import Counter
from collections.abc import Sequence

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.caring import rule_of
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
        return _confirm(deps, chosen) if chosen else _which(found)
    if phase is Phase.CONTINUED and chosen and heard.requested == "stop_confirmed":
        if says_no(heard.text):
            return Step({**slots, "stop_confirmed": "left"})
        if says_yes(heard.text):
            return Step({**slots, "stop_confirmed": "yes"})
    return _choose(deps, heard, found, phase)


def _choose(deps: Deps, heard: Heard, found: Sequence[Regimen], phase: Phase) -> Step:
    if wants_all(heard.text):
        return _confirm(deps, found)
    fitting = meant(deps, heard.text, found)
    told = len(fitting) < len(found)
    if phase is Phase.CONTINUED and not told and is_aside(heard, OWN_INTENTS, answered=False):
        return REJECTED
    return _confirm(deps, fitting) if len(heads(fitting)) == 1 else _which(fitting)


def _chosen(found: Sequence[Regimen], slot: str | None) -> tuple[Regimen, ...]:
    """All of them, or one with all steps of its plan."""
    if slot == ALL:
        return tuple(found)
    plans = {one.plan for one in found if one.id == slot and one.plan}
    return tuple(one for one in found if one.id == slot or one.plan in plans)


def heads(found: Sequence[Regimen]) -> tuple[Regimen, ...]:
    """One for each medicine with steps: the first of them that has not ended."""
    first: dict[str, Regimen] = {}
    for one in found:
        first.setdefault(one.plan or one.id, one)
    return tuple(first.values())


def lines(found: Sequence[Regimen]) -> list[str]:
    """A line for each medicine; how many steps follow is told of one with steps."""
    steps = Counter(one.plan for one in found if one.plan)
    more = {plan: phrases.MORE_STEPS.format(count=count) for plan, count in steps.items() if count > 1}
    return [line(one) + more.get(one.plan or "", "") for one in heads(found)]


def choices(found: Sequence[Regimen]) -> list[Choice]:
    """One button for each; two of the same drug are told apart by their place."""
    shown = heads(found)
    drugs = [one.drug for one in shown]
    return [
        Choice(line(one), one.drug if drugs.count(one.drug) == 1 else f"第{place}个")
        for place, one in enumerate(shown, 1)
    ]


def _which(found: Sequence[Regimen]) -> Step:
    buttons = (*choices(found), Choice("全部停掉"), Choice("不停了"))
    return Step(dict.fromkeys(STOP.slots), "stop_regimen", (message(phrases.WHICH_TO_STOP, buttons),))


def _confirm(deps: Deps, chosen: Sequence[Regimen]) -> Step:
    listed = "\n".join(f"· {one}" for one in lines(chosen))
    slot = chosen[0].id if len(heads(chosen)) == 1 else ALL
    rules = [rule_of(deps.library, one.drug_id) for one in heads(chosen)]
    danger = dict.fromkeys(rule.stop_words for rule in rules if rule.stop_words)
    sources = [source for rule in rules if rule.stop_words for source in rule.sources]
    text = "\n".join((phrases.CONFIRM_STOP.format(lines=listed), *danger))
    asked = message(text, (Choice("确认停止"), Choice("先停几天", "提醒暂停三天"), Choice("不停了")), sources)
    return Step({"stop_regimen": slot, "stop_confirmed": None}, "stop_confirmed", (asked,))


_STOP_WORDS = re.compile(r"^(?:嗯|好|对|是|那|就|请|的|,|，|吧)*(?:停止|停下|取消|停)(?:提醒)?[吧了的。！!]*$")
STOP = Form("stop_form", ("stop_regimen", "stop_confirmed"), "stop_confirmed", stop_step, _STOP_WORDS)


async def stop_reminder(deps: Deps, heard: Heard) -> Outcome:
    """Stop what was confirmed. Stopping a reminder is not stopping the drug: it is said."""
    if heard.slots.get("stop_confirmed") != "yes":
        return say(phrases.STOP_LEFT, Choice("查看我的提醒"), **STOP.empty)
    chosen = _chosen(await running(deps, heard), heard.slots.get("stop_regimen"))
    if not chosen:
        return say(phrases.NO_REMINDERS, Choice("查看我的提醒"), **STOP.empty)
    await deps.plans.stop(heard.caller.clinic, heard.caller.person, [one.id for one in chosen], heard.at)
    names = "、".join(dict.fromkeys(one.drug for one in chosen))
    return say(phrases.STOPPED.format(names=names), Choice("撤销"), Choice("查看我的提醒"), **STOP.empty)


async def list_reminders(deps: Deps, heard: Heard) -> Outcome:
    """The active reminders of the person."""
    found = await running(deps, heard)
    if not found:
        return say(phrases.NO_REMINDERS, Choice("设一个提醒", "提醒我吃药"))
    shown = lines(found)
    text = phrases.YOUR_REMINDERS.format(count=len(shown), lines="\n".join(f"· {one}" for one in shown))
    buttons = (Choice("今天的药", "今天要吃什么药"), Choice("加一个", "提醒我吃药"), Choice("改时间", "修改提醒时间"))
    return say(text, *buttons, Choice("停一个", "停止提醒"))
