"""问药: one aspect of one drug, or two drugs together, always with the source."""

import re
from collections.abc import Sequence
from dataclasses import replace

from actions import phrases
from actions.answer import FALLBACK, Choice, Outcome, command, message, unclear
from actions.deps import Deps
from actions.heard import Heard
from actions.safety import interaction_text, leaflet_only, unrated_texts
from knowledge.aspects import Aspect, read_closely
from knowledge.drug_answer import ASPECT_LABELS
from knowledge.drugs import Drug
from knowledge.library import Library
from knowledge.text import sentences

SHORT_QUESTION = 8  # characters: too little to search the passages with
LONGEST_ANSWER = 400  # characters; nothing of our own is as long, sections of leaflets are

SHOWN = (
    Aspect.USAGE,
    Aspect.INDICATION,
    Aspect.SIDE_EFFECT,
    Aspect.CONTRAINDICATION,
    Aspect.INTERACTION,
    Aspect.PREGNANCY,
    Aspect.CHILD,
    Aspect.MISSED_DOSE,
    Aspect.STORAGE,
    Aspect.ALCOHOL,
)
"""The buttons under an overview; the other aspects are answered when asked for."""
# Asked like this, whatever else is named beside the drug is asked about too.
TOGETHER = (None, Aspect.INTERACTION, Aspect.USAGE, Aspect.CONTRAINDICATION, Aspect.FOOD)
_LAST_ONE = re.compile(r"这个药|那个药|这药|那药|该药|刚才|刚刚|上面|它|这种药|那种药|此药")
_NAMED = re.compile(
    r"^(?:请问|我想问一下|我想问|想问一下|问一下|你好|您好|[,，])*([\u4e00-\u9fffA-Za-z0-9]{2,12}?)(?:这个药|这药)?"
    r"(?:的|是|有|能|可以|可不可以|怎么|咋|如何|一天|一次|每天|饭前|饭后|副作用|用法|会不会|要不要|治)"
)
_NOT_NAMES = re.compile(
    r"我|你|您|孕妇|老人|小孩|孩子|儿童|药|吃|想|问|怀孕|哺乳|喝|什么|这|那|一起|它|刚|血压|血糖|感冒|医生|忘|漏"
)
_SAME_OF = re.compile(r"^(?:那么?|还有|嗯|哦|,|，)*.{2,12}(?:呢|也是吗|也这样吗|也一样吗)[?？]?$")
_ASKS_ON = re.compile(
    r"(?:能|可以|可不可以|能不能|能否)(?:吃|用|服用?)(?:吗|么|不|嘛|没)?[?？]?$|多少钱一[盒瓶片粒]|一[盒瓶片粒]多少钱"
    r"|(?:一次|一天|每次|每天)吃(?:几|多少|好多)(?:次|片|粒|颗|袋|支)?[?？]?$"
)
_BOTH = re.compile(r"这(?:两|俩|2)|两[个种]药|它们|[它他]俩|[这那]些药")
_WITH_IT = re.compile(
    r"^(?:那|它|他|这个药|这药|刚才那个药?|那个药?|再|又|还|能|可以|可不可以|能不能|,|，)*(?:和|跟|与|同|配着?|搭)"
)
_HUMAN = (command("转人工", "request_human"),)


async def answer_drug(deps: Deps, heard: Heard) -> Outcome:
    """Answer about the drugs named, else about the one last talked of; remember what the talk is about."""
    drugs, aspect = deps.library.drugs.mentioned(heard.text), read_closely(heard.text)
    if aspect is None and drugs and asks_the_same(heard):
        aspect = Aspect(heard.slots["drug_aspect"])
    outcome = _answer(deps, heard, (*_taken_up(deps, heard, drugs, aspect), *drugs), aspect)
    drug, last = outcome.slots.get("drug"), heard.slots.get("drug")
    before = {"drug_before": last} if drug and last and drug != last else {}
    return replace(outcome, slots={**outcome.slots, "drug_aspect": aspect, **before})


def asks_the_same(heard: Heard) -> bool:
    """`那布洛芬呢`: what was asked about the drug before is asked about another."""
    return bool(heard.slots.get("drug_aspect") and _SAME_OF.match(heard.text))


def asks_on(heard: Heard) -> bool:
    """`孕妇能用吗`, `一次吃几片`: a few words about the drug last talked of, which they leave out."""
    short = len(heard.text) <= SHORT_QUESTION and _ASKS_ON.search(heard.text)
    return bool(short and heard.slots.get("drug") and read_closely(heard.text))


def _taken_up(deps: Deps, heard: Heard, drugs: Sequence[Drug], aspect: Aspect | None) -> tuple[Drug, ...]:
    """Drugs of the talk before that belong to the question: `这两个能一起吃吗`, `和布洛芬能一起吃吗`."""
    names = (heard.slots.get("drug"), heard.slots.get("drug_before"))
    last, before = (deps.library.drugs.get(name or "") for name in names)
    if last and before and not drugs and _BOTH.search(heard.text):
        return before, last
    if last and aspect is Aspect.INTERACTION and len(drugs) == 1 and last != drugs[0] and _WITH_IT.match(heard.text):
        return (last,)
    return ()


def _answer(deps: Deps, heard: Heard, drugs: tuple[Drug, ...], aspect: Aspect | None) -> Outcome:
    book = deps.library.drugs
    if aspect is Aspect.PRICE_OR_WHERE:
        last = book.get(heard.slots.get("drug") or "")
        return _price(deps, drugs or ((last,) if last and _LAST_ONE.search(heard.text) else ()))
    unknown = book.unknown(heard.text)
    if len(drugs) + len(unknown) > 1 and aspect in TOGETHER:
        return _together(deps.library, drugs, unknown, heard.text)
    if drugs and aspect in TOGETHER and (eaten := _with_food(deps.library, drugs, heard.text)):
        return eaten
    if drugs:
        return _about(deps.library, drugs[0], aspect)
    return _unnamed(deps, heard, aspect)


def _with_food(library: Library, drugs: Sequence[Drug], text: str) -> Outcome | None:
    """Whether a drug goes with a food or drink named beside it; None when the table is silent."""
    found = library.interactions.with_food(drugs, text)
    if not found:
        return None
    lines = "\n".join(interaction_text(one) for one in found)
    part = message(f"{lines}\n{phrases.ASK_PHARMACIST}", (), (one.source for one in found))
    return Outcome((part,), {"drug": drugs[0].id})


def _unnamed(deps: Deps, heard: Heard, aspect: Aspect | None) -> Outcome:
    """No drug is named for sure: perhaps the last one, perhaps misspelt or shared, perhaps unknown."""
    last = deps.library.drugs.get(heard.slots.get("drug") or "")
    if last and _LAST_ONE.search(heard.text):
        return _about(deps.library, last, aspect)
    match = deps.library.drugs.find(heard.text)
    if match.drug is not None:
        return _about(deps.library, match.drug, aspect)
    if match.candidates:
        what = ASPECT_LABELS[aspect or Aspect.USAGE]
        buttons = [Choice(one.name, f"{one.name}{what}") for one in match.candidates[:6]]
        if len(buttons) == 1:
            only = match.candidates[0]
            return Outcome(
                (message(phrases.DID_YOU_MEAN.format(name=only.name), buttons, (), _HUMAN),), {"drug": only.id}
            )
        return Outcome((message(phrases.WHICH_OF_SIMILAR, buttons, (), _HUMAN),))
    if unknown := "、".join(match.unknown) or _unknown_name(heard.text):
        return Outcome((message(phrases.UNKNOWN_DRUG_ASKED.format(name=unknown), commands=_HUMAN),))
    if last and aspect is not None:
        return _about(deps.library, last, aspect)
    return Outcome((FALLBACK,)) if len(heard.text) > SHORT_QUESTION else unclear(phrases.WHICH_DRUG_ASKED)


def _unknown_name(text: str) -> str:
    """What stands where a drug's name should; empty when it is no name."""
    match = _NAMED.match(text)
    name = match[1] if match else ""
    return "" if _NOT_NAMES.search(name) else name


def _about(library: Library, drug: Drug, aspect: Aspect | None) -> Outcome:
    if aspect is None:
        text = phrases.OVERVIEW.format(name=_full_name(drug), indication=drug.aspects.get(Aspect.INDICATION, ""))
        buttons = [
            Choice(ASPECT_LABELS[one], f"{drug.name}{ASPECT_LABELS[one]}") for one in SHOWN if one in drug.aspects
        ]
        return Outcome((message(text, buttons, (drug.source,)),), {"drug": drug.id})
    told = drug.aspects.get(aspect)
    if told is None:
        text = phrases.NO_ASPECT.format(drug=drug.name)
        return Outcome((message(text, _others(drug, aspect), (), _HUMAN),), {"drug": drug.id})
    text = phrases.ANSWER.format(name=drug.name, title=ASPECT_LABELS[aspect], text=_bearable(told))
    answer = message(
        f"{text}\n{phrases.ASK_PHARMACIST}", _others(drug, aspect), drug.sources_of(aspect) or (drug.source,)
    )
    return Outcome((answer,), {"drug": drug.id})


def _bearable(told: str) -> str:
    """What can be read on a telephone: of a leaflet's long section whole sentences, and where the rest stands."""
    if len(told) <= LONGEST_ANSWER:
        return told
    kept = ""
    for sentence in sentences(told):
        if kept and len(kept) + len(sentence) > LONGEST_ANSWER:
            return phrases.LONG_LEAFLET.format(text=kept)
        kept += sentence
    return told


def _full_name(drug: Drug) -> str:
    return f"{drug.name}（{'、'.join(drug.brands[:2])}）" if drug.brands else drug.name


def _others(drug: Drug, aspect: Aspect) -> list[Choice]:
    """The aspects people ask for next."""
    usual = (Aspect.USAGE, Aspect.SIDE_EFFECT, Aspect.CONTRAINDICATION, Aspect.MISSED_DOSE)
    return [
        Choice(ASPECT_LABELS[one], f"{drug.name}{ASPECT_LABELS[one]}")
        for one in usual
        if one is not aspect and one in drug.aspects
    ][:3]


def _together(library: Library, drugs: Sequence[Drug], unknown: Sequence[str], text: str) -> Outcome:
    """Whether drugs go together, with each other and with what is named beside them, from the table only."""
    found = (*library.interactions.between(drugs), *library.interactions.with_food(drugs, text))
    unrated = library.interactions.unrated(drugs)
    slots = {"drug": drugs[0].id} if drugs else {}
    lines = [*map(interaction_text, found), *(line for line, _ in unrated_texts(unrated))]
    checked = [drug.name for drug in drugs if not drug.from_leaflet]
    if not lines and len(checked) > 1:
        lines.append(phrases.NO_INTERACTION.format(names="、".join(checked)))
    if by_leaflet := leaflet_only(drugs):
        lines.append(by_leaflet)
    if unknown:
        lines.append(phrases.UNKNOWN_TOGETHER.format(names="、".join(unknown)))
    sources = [one.source for one in (*found, *unrated)] or [drug.source for drug in drugs]
    words = "\n".join((*lines, phrases.ASK_PHARMACIST))
    return Outcome((message(words, (), sources, () if found else _HUMAN),), slots)


def _price(deps: Deps, drugs: Sequence[Drug]) -> Outcome:
    """Prices change daily: the pharmacy's telephone, and whether a prescription is needed."""
    clinic = deps.library.clinic
    how = drugs[0].aspects.get(Aspect.PRICE_OR_WHERE, "") if drugs else ""
    text = phrases.PRICE.format(phone=clinic.phone, name=clinic.name) + how
    sources = (drugs[0].source, clinic.source) if drugs else (clinic.source,)
    return Outcome((message(text, (), sources),), {"drug": drugs[0].id} if drugs else {})
