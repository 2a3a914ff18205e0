"""晚上十点后别叫我, 我到美国了: when the person may be called, and by which clock."""

import re
from dataclasses import replace
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.dates import clock_label
from actions.deps import Deps
from actions.heard import Heard
from actions.places import means_home, place_of, places_named, zone_at
from actions.plan import MINE, TODAY, UNDO, Plan
from bot.habits import Habits
from bot.plans import Changed
from schedules.clock import local
from schedules.expressions import Kind, read_expression
from schedules.ladder import Quiet

_NO_QUIET: Final = Quiet(time(0), time(0))
_ALWAYS: Final = re.compile(
    r"(?:取消|关掉|关闭|不要|不用|去掉).{0,4}(?:免打扰|勿扰|安静)|(?:夜里|半夜|晚上)也(?:可以|能|要|得)"
)
_BY: Final = re.compile(r"(?:按|用|照)着?(?!药)(?P<place>\w{1,6}?)时间")
_DAYTIME: Final = (time(6), time(18))
"""Hours of rest kept for one span, the night's: a nap would take its place."""
_SUGGESTED: Final = ("晚上10点到早上7点别叫我", "晚上9点到早上6点别叫我")


async def quiet(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """Hours in which nobody is called for what can wait; medicines that can't wait still ring, and it is said."""
    hours: Quiet | None = _NO_QUIET if _ALWAYS.search(heard.text) else _hours(heard.text, heard.at, plan.habits)
    if hours is None:
        return say(phrases.QUIET_WHEN, *map(Choice, _SUGGESTED))
    if hours != _NO_QUIET and _DAYTIME[0] <= hours.first < _DAYTIME[1]:
        return say(phrases.QUIET_AT_NIGHT, *map(Choice, _SUGGESTED))
    changed = await _keep(deps, heard, replace(plan.habits, quiet=hours))
    if hours == _NO_QUIET:
        return say(phrases.QUIET_OFF.format(next=plan.next_words(changed, heard.at)), UNDO, MINE)
    names = "、".join(dict.fromkeys(one.drug for one in plan.regimens if one.care.critical))
    critical = phrases.QUIET_CRITICAL.format(drugs=names) if names else ""
    first, last = clock_label(hours.first), clock_label(hours.last)
    return say(phrases.QUIET_SET.format(first=first, last=last, critical=critical), UNDO, MINE)


def _hours(text: str, at: datetime, habits: Habits) -> Quiet | None:
    """The hours said (晚上十点到早上七点); the end is the usual one where only the beginning was said."""
    told = read_expression(text, at, habits.timezone)
    if told.kind is Kind.RANGE and told.start is not None:
        first = local(told.start, habits.timezone).time()
        last = _morning(local(told.end, habits.timezone).time()) if told.end is not None else Quiet().last
        return Quiet(first, last) if first != last else None
    if told.kind is Kind.RANGE and told.end is not None:
        return Quiet(last=_morning(local(told.end, habits.timezone).time()))
    if told.kind is Kind.INSTANT and told.start is not None:
        return Quiet(local(told.start, habits.timezone).time(), Quiet().last)
    return None


def _morning(clock: time) -> time:
    """六点 that ends a night is no evening."""
    return clock.replace(hour=clock.hour - 12) if _DAYTIME[1] <= clock < time(23) else clock


async def zone(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """Another clock: the one at home goes on, or the local one; which of them is asked unless it was said."""
    said = _BY.search(heard.text)
    if said is not None and (wanted := zone_at(said["place"])) is not None:
        return await _by(deps, heard, plan, wanted)
    places = places_named(heard.text)
    if not places and means_home(heard.text):
        return await _by(deps, heard, plan, Habits().timezone)
    home = place_of(plan.habits.timezone)
    stay = Choice(f"还按{home}时间", f"用药按{home}时间")
    if not places:
        return say(
            phrases.WHICH_PLACE, stay, Choice("按纽约时间", "用药按纽约时间"), Choice("按日本时间", "用药按日本时间")
        )
    return say(phrases.WHICH_CLOCK, stay, *(Choice(f"按{one}时间", f"用药按{one}时间") for one in places[:4]))


async def _by(deps: Deps, heard: Heard, plan: Plan, wanted: ZoneInfo) -> Outcome:
    changed = await _keep(deps, heard, replace(plan.habits, timezone=wanted))
    place, there = place_of(wanted), Plan(plan.regimens, replace(plan.habits, timezone=wanted))
    following = there.next_words(changed, heard.at)
    if wanted.key == plan.habits.timezone.key:
        return say(phrases.ZONE_KEPT.format(place=place, next=following), TODAY, MINE)
    now = clock_label(local(heard.at, wanted).time())
    return say(phrases.ZONE_SET.format(place=place, now=now, next=following), TODAY, UNDO, MINE)


async def _keep(deps: Deps, heard: Heard, habits: Habits) -> Changed:
    return await deps.plans.set_habits(heard.caller.clinic, heard.caller.person, habits, heard.at)
