"""还剩20片, 还能吃几天: what is left of each medicine, counted in the unit of its dose."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.dates import spoken_day
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, UNDO, Plan, named
from bot.plans import DaysLeft
from bot.regimens import Regimen
from schedules.amounts import Amount, find_amount
from schedules.numbers import plain_number
from schedules.spelling import plain

SOON: Final = 7
"""Days from which on the pharmacy is thought of."""
_BOXES: Final = re.compile(r"[盒瓶板](?!水|子)")
_CUT: Final = re.compile(r"(?:还|只|就|总共|一共|现在|家里|大概|大约|差不多|剩下?|余下?|有|了|来|多(?=[片粒颗袋包支]))")


async def count(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """The person has counted what is left."""
    chosen = named(deps, heard, plan) or plan.regimens
    counted = [one for one in chosen if not one.timing.events]
    if len(counted) != 1:
        return _which(heard, counted)
    (one,) = counted
    unit, left = _unit(one), _counted(heard.text)
    if unit is None:
        return say(phrases.STOCK_NO_UNIT.format(drug=one.drug), MINE)
    if left is None or left.unit != unit or left.value < 0:
        return say(phrases.STOCK_IN_PIECES.format(drug=one.drug, unit=unit), MINE)
    caller = heard.caller
    await deps.plans.count_stock(caller.clinic, caller.person, one.id, left.value, heard.at)
    found = [each for each in await deps.plans.stock(caller.clinic, caller.person, heard.at) if each.drug == one.drug]
    lasts = _lasts(found[0]) if found else ""
    said = phrases.STOCK_NOTED.format(drug=one.drug, left=plain_number(left.value), unit=unit, lasts=lasts)
    return say(said, Choice("都还能吃几天", "药还能吃几天"), UNDO, MINE)


def _which(heard: Heard, found: Sequence[Regimen]) -> Outcome:
    words = heard.text.strip("。 ")
    return say(phrases.STOCK_WHICH, *(Choice(one.drug, f"{one.drug}{words}") for one in found[:8]))


def _unit(one: Regimen) -> str | None:
    amount = find_amount(plain(one.dose))[0].amount if one.dose else None
    return amount.unit if amount is not None and amount.counted else None


def _counted(text: str) -> Amount | None:
    """The number of pieces said; boxes are no pieces."""
    amount = find_amount(f"吃{_CUT.sub('', _last_number(plain(text)))}")[0].amount
    return None if amount is None or amount.most is not None else amount


def _last_number(said: str) -> str:
    """From the word that leads to the count on: a strength in the name (20mg) is not what is left."""
    match = re.search(r"(?:剩|余|还有|有|买了?|配了?|开了?|拿了?)[^剩余有]*$", said)
    return match[0] if match else said


async def left(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """How long what was counted lasts."""
    found = await deps.plans.stock(heard.caller.clinic, heard.caller.person, heard.at)
    chosen = {one.drug for one in named(deps, heard, plan)}
    told = [one for one in found if not chosen or one.drug in chosen]
    if not told:
        name = next(iter(chosen), plan.regimens[0].drug if plan.regimens else "")
        return say(phrases.STOCK_UNKNOWN.format(drug=name), TODAY, MINE)
    lines = "\n".join(_line(one) for one in told)
    soon = "、".join(one.drug for one in told if one.days is not None and one.days <= SOON)
    warned = phrases.STOCK_SOON.format(drugs=soon) if soon else ""
    return say(lines + warned, *((Choice("挂号开药", "挂号"),) if soon else ()), TODAY, MINE)


def _line(one: DaysLeft) -> str:
    return phrases.STOCK_LINE.format(
        drug=one.drug, left=plain_number(max(one.left, Decimal())), unit=one.unit or "", lasts=_lasts(one)
    )


def _lasts(one: DaysLeft) -> str:
    if one.enough:
        return phrases.STOCK_ENOUGH
    last: date | None = one.last_day
    return phrases.STOCK_LASTS.format(days=one.days, day=spoken_day(last)) if one.days is not None and last else ""
