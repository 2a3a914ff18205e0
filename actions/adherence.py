"""我按时吃药了吗: the record of the last weeks in words, and where it can be seen as a picture or given to a doctor."""

from actions.answer import Choice, Outcome, message, say
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, Plan, named
from bot.record import Record, last_weeks
from bot.record.words import in_words


async def adherence(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """The last four weeks, of the medicines named or of all."""
    caller = heard.caller
    record = await _record(deps, heard, plan)
    link = deps.record_link(caller.clinic, caller.person, heard.at)
    buttons = (TODAY, MINE, Choice("让家人一起看着", "让家人也收到提醒"))
    if not link or not record.doses:
        return say(in_words(record), *buttons)
    return Outcome((message(in_words(record), buttons) | {"picture": f"{link}.png"},))


async def _record(deps: Deps, heard: Heard, plan: Plan) -> Record:
    clinic, person, zone = heard.caller.clinic, heard.caller.person, plan.habits.timezone
    since, until = last_weeks(heard.at, timezone=zone)
    every = await deps.regimens.every(clinic, person)
    doses = await deps.regimens.history(clinic, person, since, until)
    chosen = {one.drug for one in named(deps, heard, plan)}
    kept = tuple(one for one in doses if not chosen or one.drug in chosen)
    return Record(person, deps.library.clinic.name, since, until, heard.at, every, kept, timezone=zone)
