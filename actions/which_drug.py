"""哪个药会升高血钾, 是不是药引起的: of the drugs named, else of the person's own reminders, else of all."""

import re

from actions import phrases_of_effects as phrases
from actions.answer import Choice, Outcome, command, message
from actions.deps import Deps
from actions.heard import Heard
from actions.values import offer
from bot.regimens import Regimen
from knowledge.aspects import Aspect, read_closely
from knowledge.drugs import Drug
from knowledge.graph_answer import Which, sources_of, told, which

_WHICH = re.compile(r"哪[个些种几类一]|什么药|啥药|有没有|是不是|会不会|[吗?？]|哪里有")
_MEDICINES = re.compile(r"药|吃的[这那几]|在吃|在用")
_OWN = re.compile(r"我|俺|咱|在吃|在用|吃的[这那几]")
_ABOUT_TAKING = re.compile(r"停|漏|忘|过量|多了|太多|中毒|加量|减量")
"""Then it is not the drug that is blamed, but how it is taken."""
_ASPECTS = (None, Aspect.SIDE_EFFECT, Aspect.HEPATIC, Aspect.RENAL)
"""Other questions about a named drug (与酒, 孕期 …) have answers of their own."""


async def which_drug(deps: Deps, heard: Heard) -> Outcome | None:
    """Which drugs do what is blamed on them; None when the words ask something else, or nothing is recorded."""
    joined, book = deps.library.joined, deps.library.drugs
    targets = joined.reader.asked(heard.text)
    if not targets:
        return None
    named, unknown = book.mentioned(heard.text), book.unknown(heard.text)
    if _ABOUT_TAKING.search(heard.text) or read_closely(heard.text) not in _ASPECTS:
        return None
    if named:
        answers = which(joined, named, targets)
        # Of one drug its own entry says more than that nothing is recorded here.
        silent = len(named) == 1 and not any(one.found for one in answers)
        return None if silent else _answer(deps, "", answers, unknown)
    if unknown or not (_WHICH.search(heard.text) and _MEDICINES.search(heard.text)):
        return None
    own = await deps.regimens.active(heard.caller.clinic, heard.caller.person)
    taken, strange = _taken(deps, own)
    if not own:
        intro = phrases.NO_OWN if _OWN.search(heard.text) else ""
        return _answer(deps, intro, which(joined, (), targets), ())
    return _answer(deps, phrases.OF_YOUR_OWN, which(joined, taken, targets) if taken else (), strange)


def _taken(deps: Deps, own: tuple[Regimen, ...]) -> tuple[tuple[Drug, ...], tuple[str, ...]]:
    """Drugs of the reminders, and the names that the book does not hold."""
    found = {one.drug: deps.library.drugs.get(one.drug_id or "") for one in own}
    drugs = {drug.id: drug for drug in found.values() if drug is not None}
    return tuple(drugs.values()), tuple(name for name, drug in found.items() if drug is None)


def _answer(deps: Deps, intro: str, answers: tuple[Which, ...], unknown: tuple[str, ...]) -> Outcome:
    strange = phrases.UNKNOWN.format(names="、".join(unknown)) if unknown else ""
    parts = (intro, told(answers) if answers else "", strange)
    departments = tuple(id for one in answers if one.found for id in one.departments)
    buttons: list[Choice] = offer(deps.library.clinic, dict.fromkeys(departments))
    person = (command("转人工", "request_human"),)
    slots = {"drug": answers[0].found[0].drug.id} if answers and answers[0].found else {}
    return Outcome((message("\n".join(filter(None, parts)), buttons, sources_of(answers), person),), slots)
