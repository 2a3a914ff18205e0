"""What the medicines of the person's own reminders mean for a question. Used only with consent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from actions.answer import Outcome, message
from actions.deps import Deps, Verb
from actions.heard import Heard
from actions.safety import GRAVE, interaction_text
from knowledge.drugs import Drug
from knowledge.interactions import Interaction
from knowledge.library import Library
from knowledge.sources import Source

_LEAD = "您的用药提醒里有{drug}："
_SAME = "您的用药提醒里有{drug}，和您问的{named}都含{ingredient}，不要一起吃，先问医生或药师。"


@dataclass(frozen=True, slots=True)
class OwnCaution:
    """One sentence and what it rests on."""

    text: str
    source: Source | None = None


def with_own_list(verb: Verb) -> Verb:
    """A verb that answers about drugs, with what the person's own ones mean for it behind the answer."""

    async def answered(deps: Deps, heard: Heard) -> Outcome:
        outcome = await verb(deps, heard)
        if not heard.caller.shares_list:
            return outcome
        own = await deps.regimens.active(heard.caller.clinic, heard.caller.person)
        found = own_cautions(deps.library, heard.text, [one.drug_id for one in own if one.drug_id])
        if not found:
            return outcome
        sources = [one.source for one in found if one.source]
        part = message("".join(one.text for one in found).strip(), sources=sources)
        return replace(outcome, messages=(*outcome.messages, part))

    return answered


def touches_medicines(library: Library, question: str) -> bool:
    """Whether it could matter what the person takes: a drug, or a food with a rule of its own, is named."""
    return bool(library.drugs.mentioned(question) or library.interactions.ingredients.substances_in(question))


def own_cautions(library: Library, question: str, taking: Iterable[str]) -> tuple[OwnCaution, ...]:
    """Cautions between what is asked about and what is taken (drug ids), gravest first."""
    own = [drug for id in taking if (drug := library.drugs.get(id))]
    named = [drug for drug in library.drugs.mentioned(question) if drug not in own]
    return tuple(dict.fromkeys((*_pairs(library, question, named, own), *_same(library, named, own))))


def _pairs(library: Library, question: str, named: Sequence[Drug], own: Sequence[Drug]) -> Iterator[OwnCaution]:
    names = {drug.name for drug in own}
    found: list[Interaction] = list(library.interactions.with_food(own, question))
    for one in library.interactions.between([*named, *own]):
        if (one.a in names) != (one.b in names):
            found.append(one)
    for one in found:
        if one.severity in GRAVE:
            drug = one.a if one.a in names else one.b
            yield OwnCaution(_LEAD.format(drug=drug) + interaction_text(one) + "\n", one.source)


def _same(library: Library, named: Sequence[Drug], own: Sequence[Drug]) -> Iterator[OwnCaution]:
    names, asked = {drug.name for drug in own}, {drug.name for drug in named}
    for one in library.interactions.duplicates([*named, *own]):
        taken = next((drug for drug in one.drugs if drug in names), None)
        other = next((drug for drug in one.drugs if drug in asked), None)
        if taken and other:
            yield OwnCaution(_SAME.format(drug=taken, named=other, ingredient=one.ingredient) + "\n")
