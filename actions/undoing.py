"""撤销, 点错了, 刚才说错了: the last change of the plan, or the last record of a dose, is taken back."""

from collections.abc import Mapping
from typing import Final

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, UNDO, Plan, drugs
from bot.plans import Change, Undone

_NAMES: Final[Mapping[Change, str]] = {
    Change.PAUSED: "{drugs}的暂停",
    Change.RESUMED: "{drugs}的恢复",
    Change.RETIMED: "{drugs}的改时间",
    Change.SHIFTED: "{drugs}的提前或推后",
    Change.MOVED: "{drugs}的改时间",
    Change.DOSE_CHANGED: "{drugs}的改量",
    Change.STOPPED: "{drugs}的停止提醒",
    Change.HABITS: "作息的修改",
    Change.COUNTED: "{drugs}剩余数量的记录",
    Change.AS_NEEDED: "{drugs}的服用记录",
    Change.SETTLED: "{drugs}刚才的记录",
}
"""What was done, as it is told when it is taken back."""


async def undo(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """Take back the last thing; said twice, the one before."""
    undone = await deps.plans.undo(heard.caller.clinic, heard.caller.person, heard.at)
    if undone is None:
        return say(
            phrases.NOTHING_TO_UNDO, TODAY, MINE, Choice("改时间", "修改提醒时间"), Choice("停一个提醒", "停止提醒")
        )
    what = _NAMES[undone.what].format(drugs=_drugs(undone))
    return say(phrases.UNDONE.format(what=what, then=_then(undone, plan, heard)), TODAY, MINE, UNDO)


def _drugs(undone: Undone) -> str:
    names = dict.fromkeys([one.drug for one in undone.doses]) or dict.fromkeys(one.drug for one in undone.regimens)
    return "、".join(names) or drugs(())


def _then(undone: Undone, plan: Plan, heard: Heard) -> str:
    """What holds again."""
    if undone.what in (Change.SETTLED, Change.AS_NEEDED) and undone.doses:
        return phrases.UNDONE_DOSES.format(drugs=_drugs(undone))
    return phrases.NEXT.format(when=plan.when(undone.next_due, heard.at)) if undone.next_due else ""
