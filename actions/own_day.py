"""您一般几点吃饭、几点睡: asked once, after the first medicine that is tied to meals or sleep; changed at any time."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, message, say
from actions.dates import clock_label
from actions.deps import Deps
from actions.form import NEUTRAL, REJECTED, Form, Slots, Step
from actions.heard import Heard, Phase
from actions.meal_times import read_day, takes_the_usual
from actions.plan import MINE, TODAY, UNDO, Plan, plan_of
from bot.habits import Habits
from schedules.day_plan import DayPlan
from schedules.timing import PeriodUnit, Timing

OWN_INTENTS = NEUTRAL | {"set_reminder", "change_reminder", "manage_plan"}
SLOT = "day_told"


def follows_the_day(timings: Iterable[Timing]) -> bool:
    """Whether meals or sleep say when it is due."""
    return any(
        not one.as_needed and not one.events and not one.time_of_day and one.period_unit is not PeriodUnit.HOUR
        for one in timings
    )


async def day_step(_deps: Deps, heard: Heard, _slots: Slots, phase: Phase) -> Step:
    """One turn of the question: asked once, answered in one sentence, or left for what the person turns to."""
    if phase is not Phase.CONTINUED:
        return Step({SLOT: None}, closed=True) if heard.requested == SLOT else _ask()
    if takes_the_usual(heard.text):
        return Step({SLOT: "usual"})
    if read_day(heard.text, DayPlan()) is not None:
        return Step({SLOT: heard.text})
    return _ask(phrases.HABITS_ODD) if heard.intent in OWN_INTENTS else REJECTED


def _ask(words: str = phrases.ASK_HABITS) -> Step:
    buttons = (Choice(phrases.HABITS_USUAL, "就按平常"), Choice("早饭7点，午饭12点，晚饭6点，9点睡"))
    return Step({SLOT: None}, SLOT, (message(words, buttons),))


DAY = Form("day_form", (SLOT,), SLOT, day_step)


async def keep_day(deps: Deps, heard: Heard) -> Outcome:
    """Keep what was told. Who does not want to tell is not asked again."""
    told: Any = heard.slots.get(SLOT)
    plan = await plan_of(deps, heard)
    day = read_day(str(told), plan.habits.day_plan) if told not in (None, "usual", "left") else None
    outcome = await _kept(deps, heard, plan, day)
    return replace(outcome, slots={**outcome.slots, **DAY.empty})


async def habits(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """我早饭7点吃: told by the person, without being asked."""
    day = DayPlan() if takes_the_usual(heard.text) else read_day(heard.text, plan.habits.day_plan)
    if day is None:
        return say(phrases.HABITS_ODD, MINE)
    return await _kept(deps, heard, plan, day)


async def _kept(deps: Deps, heard: Heard, plan: Plan, day: DayPlan | None) -> Outcome:
    new = replace(plan.habits, day_plan=day or plan.habits.day_plan, told_at=heard.at)
    changed = await deps.plans.set_habits(heard.caller.clinic, heard.caller.person, new, heard.at)
    if day is None:
        return say(phrases.HABITS_LEFT, TODAY, MINE)
    times = {name: clock_label(getattr(day, name)) for name in ("breakfast", "lunch", "supper", "sleep")}
    text = phrases.HABITS_SET.format(**times, next=Plan(plan.regimens, new).next_words(changed, heard.at))
    return say(text, TODAY, UNDO, MINE)


def still_to_ask(kept: Habits, timings: Iterable[Timing]) -> bool:
    """Whether the day matters for these medicines, and was never told."""
    return kept.told_at is None and follows_the_day(timings)
