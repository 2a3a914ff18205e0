"""What the medicines of the person's own reminders mean for a question. Used only with consent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from actions.answer import Outcome, message
from actions.deps import Deps, Verb
from actions.heard import Heard
from actions.safety import GRAVE, interaction_text
from knowledge.drugs import Drug
from knowledge.interactions import Interaction
from knowledge.library import Library
from knowledge.sources import Source

_OF_REMINDERS = "您的用药提醒里有{drug}"
_AS_TOLD = "前面说到在用{drug}"
_PAIR = "{lead}：{interaction}\n"
_SAME = "{lead}，和您问的{named}都含{ingredient}，不要一起吃，先问医生或药师。\n"


@dataclass(frozen=True, slots=True)
class OwnCaution:
    """One sentence and what it rests on."""

    text: str
    source: Source | None = None


def with_own_list(verb: Verb) -> Verb:
    """A verb that answers about drugs, with what the person's own ones mean for it behind the answer."""

    async def answered(deps: Deps, heard: Heard) -> Outcome:
        outcome, caller = await verb(deps, heard), heard.caller
        own = await deps.regimens.active(caller.clinic, caller.person) if caller.shares_list else ()
        found = own_cautions(deps.library, heard.text, [one.drug_id for one in own if one.drug_id], caller.told)
        if not found:
            return outcome
        sources = [one.source for one in found if one.source]
        part = message("".join(one.text for one in found).strip(), sources=sources)
        return replace(outcome, messages=(*outcome.messages, part))

    return answered


def touches_medicines(library: Library, question: str) -> bool:
    """Whether it could matter what the person takes: a drug, or a food with a rule of its own, is named."""
    return bool(library.drugs.mentioned(question) or library.interactions.ingredients.substances_in(question))


def own_cautions(
    library: Library, question: str, taking: Iterable[str], told: Iterable[str] = ()
) -> tuple[OwnCaution, ...]:
    """Cautions between what is asked about and what is taken, gravest first.

    `taking` are drug ids of the person's reminders, `told` names of drugs as told in the talk.
    """
    reminders = [drug for id in taking if (drug := library.drugs.get(id))]
    said = [drug for name in told for drug in library.drugs.mentioned(name)]
    leads = {drug.name: _AS_TOLD.format(drug=drug.name) for drug in said}
    leads |= {drug.name: _OF_REMINDERS.format(drug=drug.name) for drug in reminders}
    own = list({drug.id: drug for drug in (*reminders, *said)}.values())
    named = [drug for drug in library.drugs.mentioned(question) if drug not in own]
    return tuple(dict.fromkeys((*_pairs(library, question, named, own, leads), *_same(library, named, own, leads))))


def _pairs(
    library: Library, question: str, named: Sequence[Drug], own: Sequence[Drug], leads: Mapping[str, str]
) -> Iterator[OwnCaution]:
    found: list[Interaction] = list(library.interactions.with_food(own, question))
    found += [one for one in library.interactions.between([*named, *own]) if (one.a in leads) != (one.b in leads)]
    for one in found:
        if one.severity in GRAVE:
            lead = leads[one.a if one.a in leads else one.b]
            yield OwnCaution(_PAIR.format(lead=lead, interaction=interaction_text(one)), one.source)


def _same(
    library: Library, named: Sequence[Drug], own: Sequence[Drug], leads: Mapping[str, str]
) -> Iterator[OwnCaution]:
    asked = {drug.name for drug in named}
    for one in library.interactions.duplicates([*named, *own]):
        taken = next((drug for drug in one.drugs if drug in leads), None)
        other = next((drug for drug in one.drugs if drug in asked), None)
        if taken and other:
            yield OwnCaution(_SAME.format(lead=leads[taken], named=other, ingredient=one.ingredient))
