"""布洛芬刚吃了一片, 现在能吃布洛芬吗: medicines taken when needed, with the least gap and the most of a day.

What counts is the ingredient: paracetamol in a cold remedy counts with paracetamol. The store does the counting.
"""

from datetime import datetime

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, command, message, say
from actions.caring import rule_of
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, UNDO, Plan, named, same_ingredient
from actions.taking_words import taken_at
from bot.plans import Taken
from bot.regimens import Regimen
from schedules.due import next_due

_HUMAN = command("转人工", "request_human")


async def took(deps: Deps, heard: Heard, plan: Plan) -> Outcome | None:
    """A medicine taken when needed was taken. None: the words name none of those."""
    found = [one for one in named(deps, heard, plan) if one.timing.as_needed]
    if len(found) != 1:
        return None
    (one,) = found
    when = min(taken_at(heard.text, heard.at, plan.habits.timezone) or heard.at, heard.at)
    taken = await deps.plans.take_as_needed(
        heard.caller.clinic, heard.caller.person, one.id, when, same=same_ingredient(deps, one, plan), already=True
    )
    about = {"drug": one.drug, "time": plan.clock(when)}
    if taken.too_soon:
        words = phrases.NEEDED_TOO_SOON.format(**about, when=plan.when(taken.allowed_at, heard.at))
        return Outcome((message(words, (UNDO, TODAY), commands=(_HUMAN,)),))
    following = _following(taken, plan, heard.at)
    ask = Choice("什么时候能再吃", f"现在能再吃{one.drug}吗")
    return say(phrases.NEEDED_TAKEN.format(**about, next=following), ask, UNDO, TODAY)


def _following(taken: Taken, plan: Plan, at: datetime) -> str:
    words = _left(taken)
    if taken.allowed_at > at:
        words = phrases.NEEDED_NEXT.format(when=plan.when(taken.allowed_at, at)) + words
    return words


def _left(taken: Taken) -> str:
    if taken.left_today is None:
        return ""
    return phrases.NEEDED_LEFT.format(left=taken.left_today) if taken.left_today else phrases.NEEDED_NONE_LEFT


async def may_take(deps: Deps, heard: Heard, plan: Plan) -> Outcome | None:
    """Whether a medicine of the plan may be taken now. None: none of the plan is named, the book answers."""
    found = named(deps, heard, plan)
    if len(found) != 1:
        return None
    (one,) = found
    if not one.timing.as_needed:
        return _by_the_clock(heard, plan, one)
    taken = await deps.plans.may_take(
        heard.caller.clinic, heard.caller.person, one.id, heard.at, same=same_ingredient(deps, one, plan)
    )
    if taken.too_soon:
        words = phrases.MAY_NOT_YET.format(drug=one.drug, when=plan.when(taken.allowed_at, heard.at))
        return Outcome((message(words + phrases.ONLY_WHILE_WELL, (TODAY, MINE), commands=(_HUMAN,)),))
    sources = rule_of(deps.library, one.drug_id).sources
    words = phrases.MAY_TAKE.format(drug=one.drug, left=_left(taken))
    return Outcome((message(words, (Choice("吃了", _took(one)), TODAY), sources),))


def _by_the_clock(heard: Heard, plan: Plan, one: Regimen) -> Outcome:
    following = next_due(one.timing, heard.at, plan.habits.day_plan, plan.habits.timezone)
    when = phrases.NEXT.format(when=plan.when(following, heard.at)) if following else ""
    return say(phrases.BY_THE_CLOCK.format(drug=one.drug, next=when), TODAY, Choice("漏了一次怎么办"), MINE)


def _took(one: Regimen) -> str:
    return f"{one.drug}刚吃了"
