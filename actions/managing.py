"""What a person wants of their plan, done: the words tell which thing (plan_words), the table who does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions import phrases
from actions import phrases_of_plans as words
from actions.adherence import adherence
from actions.answer import Choice, Outcome, say
from actions.deps import Deps, Verb
from actions.form import Form
from actions.heard import Heard, Phase
from actions.kin import end as end_family
from actions.kin import invite
from actions.missed import missed
from actions.moving import move, shift
from actions.needed import may_take
from actions.own_clock import quiet, zone
from actions.own_day import habits
from actions.pausing import pause, resume
from actions.plan import MINE, TODAY, UNDO, Plan, plan_of
from actions.plan_words import Ask, asked
from actions.stock import count, left
from actions.today import today
from actions.undoing import undo
from bot.plans import PlanRefused

Handler = Callable[[Deps, Heard, Plan], Awaitable[Outcome | None]]
"""None: the words are somebody else's after all."""

HANDLERS: Final[Mapping[Ask, Handler]] = {
    Ask.UNDO: undo,
    Ask.MISSED: missed,
    Ask.MAY_TAKE: may_take,
    Ask.STOCK_LEFT: left,
    Ask.STOCK_COUNT: count,
    Ask.FAMILY_END: end_family,
    Ask.FAMILY: invite,
    Ask.QUIET: quiet,
    Ask.RESUME: resume,
    Ask.PAUSE: pause,
    Ask.ZONE: zone,
    Ask.HABITS: habits,
    Ask.MOVE: move,
    Ask.SHIFT: shift,
    Ask.TODAY: today,
    Ask.ADHERENCE: adherence,
}
_CHANGES: Final = frozenset({Ask.UNDO, Ask.PAUSE, Ask.RESUME, Ask.QUIET, Ask.MOVE, Ask.SHIFT, Ask.ZONE})
_FAMILY: Final = frozenset({Ask.FAMILY, Ask.FAMILY_END})
_STOCK: Final = frozenset({Ask.STOCK_LEFT, Ask.STOCK_COUNT})
_LOOKING: Final = frozenset({Ask.TODAY, Ask.ADHERENCE})
_EVERYTHING: Final = frozenset(Ask)
_PLAIN: Final = _FAMILY | {Ask.STOCK_COUNT, Ask.RESUME, Ask.SHIFT, Ask.QUIET}
_HEARD_IN: Final[Mapping[str, frozenset[Ask]]] = {
    "manage_plan": _EVERYTHING,
    "stock": _EVERYTHING,
    "family": _EVERYTHING,
    "list_reminders": _LOOKING | _STOCK,
    "health_record": _LOOKING,
    "set_reminder": _FAMILY | {Ask.RESUME, Ask.QUIET},
    "change_reminder": _CHANGES | _FAMILY,
    "cancel_reminder": _CHANGES | _FAMILY,
    "confirm_taken": frozenset({Ask.UNDO}),
    "skip_dose": frozenset({Ask.UNDO}),
    "snooze": frozenset({Ask.MOVE, Ask.SHIFT}),
    "query_drug": frozenset({Ask.MISSED, Ask.MAY_TAKE}),
    "nlu_fallback": _PLAIN,
    "inform": _PLAIN | {Ask.UNDO},
    "deny": frozenset({Ask.UNDO}),
}
"""What an intent may turn out to be. Rasa's own intents of a plan may be all; of the others only what cannot be meant
otherwise: most were there before, and keep their sentences."""
_OWN: Final = frozenset({"manage_plan", "stock", "family"})


async def managed(deps: Deps, heard: Heard) -> Outcome | None:
    """What the words want of the plan, done; None when they want nothing of it."""
    ask = asked(heard.text, heard.intent)
    if ask is None or ask not in _HEARD_IN.get(heard.intent, ()):
        return None
    plan = await plan_of(deps, heard)
    if not plan.regimens and ask not in _FAMILY | {Ask.UNDO}:
        return _nothing_runs() if heard.intent in _OWN else None
    try:
        return await HANDLERS[ask](deps, heard, plan)
    except PlanRefused as refused:
        return say(words.REFUSED.format(why=refused), TODAY, MINE)


def _nothing_runs() -> Outcome:
    return say(phrases.NO_REMINDERS, Choice("设一个提醒", "提醒我吃药"))


async def manage(deps: Deps, heard: Heard) -> Outcome:
    """The plan is meant, and perhaps not what of it."""
    done = await managed(deps, heard)
    return done or say(words.WHAT_OF_PLAN, TODAY, MINE, Choice("暂停提醒"), Choice("改时间", "修改提醒时间"), UNDO)


def unless_managed(form: Form) -> Verb:
    """The validator of a form, unless the words that open it want something else of the plan: then it never opens."""
    validate = form.validator()

    async def does(deps: Deps, heard: Heard) -> Outcome:
        done = await managed(deps, heard) if heard.phase(form.name) is Phase.STARTED else None
        if done is None:
            return await validate(deps, heard)
        closed = (SlotSet("requested_slot", None), ActiveLoop(None), FollowupAction("action_listen"))
        return replace(done, events=(*done.events, *closed))

    return does
