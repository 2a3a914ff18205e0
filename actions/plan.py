"""What the things done with a plan have in common: whose, which medicines, how they are named, what may come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import phrases_of_plans as phrases
from actions.answer import Choice
from actions.dates import moment_label
from actions.deps import Deps
from actions.heard import Heard
from actions.stopping import meant, running
from bot.habits import Habits
from bot.plans import Changed
from bot.regimens import Regimen
from schedules.clock import local
from schedules.speaking import spoken_clock

UNDO = Choice("撤销")
TODAY = Choice("今天的药", "今天要吃什么药")
MINE = Choice("查看我的提醒")
RESUME = Choice("现在就恢复", "恢复提醒")


@dataclass(frozen=True, slots=True)
class Plan:
    """A person's running medicines and their day."""

    regimens: tuple[Regimen, ...]
    habits: Habits

    def when(self, moment: datetime, at: datetime) -> str:
        """`明天 11月22日 周日 08:00` on the person's own wall."""
        return moment_label(moment, self.habits.timezone, local(at, self.habits.timezone).date())

    def clock(self, moment: datetime) -> str:
        """`早上8:00` on the person's own wall."""
        return spoken_clock(local(moment, self.habits.timezone).time())

    def next_words(self, changed: Changed, at: datetime) -> str:
        """`下一次：明天 … 08:00。`, or nothing when nothing lies ahead."""
        return phrases.NEXT.format(when=self.when(changed.next_due, at)) if changed.next_due else ""


async def plan_of(deps: Deps, heard: Heard) -> Plan:
    """The plan of who speaks."""
    regimens = await running(deps, heard)
    return Plan(regimens, await deps.habits.of(heard.caller.clinic, heard.caller.person))


def named(deps: Deps, heard: Heard, plan: Plan) -> tuple[Regimen, ...]:
    """The medicines of the plan that the words name; none when they name none."""
    found = meant(deps, heard.text, plan.regimens)
    return found if any(_is_named(deps, heard.text, one) for one in found) else ()


def _is_named(deps: Deps, text: str, one: Regimen) -> bool:
    return one.drug in text or one.drug_id in {drug.id for drug in deps.library.drugs.mentioned(text)}


def ids(found: Sequence[Regimen]) -> list[str] | None:
    """For the store: None stands for the whole plan."""
    return [one.id for one in found] or None


def drugs(found: Sequence[Regimen]) -> str:
    """`氨氯地平、阿司匹林`, or all medicines."""
    return "、".join(dict.fromkeys(one.drug for one in found)) or phrases.THE_WHOLE


def same_ingredient(deps: Deps, one: Regimen, plan: Plan) -> list[str]:
    """Ids of the regimens whose medicine shares an ingredient with this one's: they count together."""
    drug = deps.library.drugs.get(one.drug_id or "")
    if drug is None:
        return []
    mine = set(drug.acting_ids)
    held = ((other.id, deps.library.drugs.get(other.drug_id or "")) for other in plan.regimens if other is not one)
    return [id for id, other in held if other is not None and mine & set(other.acting_ids)]
