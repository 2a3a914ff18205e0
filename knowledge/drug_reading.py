"""From the YAML a pharmacist edits to the frozen entries the house uses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from knowledge.aspects import Aspect
from knowledge.drugs import Content, Dose, Drug, Form, Said, Who, most_a_day, where_to_get
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.quantities import Quantity, read_quantity
from knowledge.sources import Source, Works, load_works, read_sources
from knowledge.statements import LABELS, NONE_KNOWN, NOT_WRITTEN, UNKNOWN, Statement, nothing_known
from knowledge.yamlfile import DATA, BadDataError, read_yaml

BY_DOCTOR = "by doctor"
"""Written instead of doses where a doctor sets each one (insulin, warfarin)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What entries refer to by id."""

    ingredients: Ingredients
    works: Works


def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read the tables entries refer to. Raises BadDataError, or what load_ingredients raises."""
    return Vocabulary(load_ingredients(folder), load_works(folder))


def load_drugs(folder: Path | None = None) -> tuple[Drug, ...]:
    """All drugs of `folder/drugs/*.yml`, in file order.

    Raises BadDataError naming the file and the entry. The full check against the schema is knowledge.check.
    """
    vocabulary = load_vocabulary(folder)
    files = sorted(((folder or DATA) / "drugs").glob("*.yml"))
    return tuple(_read_named(path, raw, vocabulary) for path in files for raw in read_yaml(path) or ())


def _read_named(path: Path, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Drug:
    try:
        return read_drug(raw, vocabulary)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise BadDataError(f"{path.name}: {str(raw)[:60]}: {error!r}") from error


def read_drug(raw: Mapping[str, Any], vocabulary: Vocabulary) -> Drug:
    """One entry. Raises KeyError, TypeError, ValueError … when it is not shaped by drug.schema.json."""
    contents = tuple(_content(one) for one in raw["ingredients"])
    limits = {id: read_quantity(one) for id, one in raw.get("daily_max", {}).items()}
    sources = read_sources(raw["sources"], vocabulary.works)
    says = {statement: said for statement, said in _says(raw, sources, vocabulary) if said}
    return Drug(
        id=raw["id"],
        name=raw["name"],
        english=raw["english"],
        brands=tuple(raw["brands"]),
        aliases=tuple(raw["aliases"]),
        shared_names=_shared_names(raw, vocabulary.ingredients),
        class_id=raw["class"],
        class_name=vocabulary.ingredients.classes[raw["class"]].name,
        forms=tuple(Form(one["form"], tuple(one["strengths"])) for one in raw["forms"]),
        otc=raw["otc"],
        control=raw.get("control", ""),
        local=raw.get("local", False),
        ingredients=contents,
        herbs=raw.get("herbs", ""),
        doses=_doses(raw.get("doses", BY_DOCTOR)),
        daily_max=MappingProxyType(limits),
        says=MappingProxyType(says),
        aspects=_aspects(raw, says, [one.ingredient for one in contents], _named(limits, vocabulary)),
        source=next(iter(sources.values())),
        read_by=MappingProxyType(dict(raw.get("read_by", {}))),
    )


def _shared_names(raw: Mapping[str, Any], ingredients: Ingredients) -> tuple[str, ...]:
    """Its own, and what people call its classes."""
    called = (name for one in ingredients.classes.lineage(raw["class"]) for name in one.called)
    return tuple(dict.fromkeys((*raw.get("shared_names", ()), *called)))


def _named(limits: Mapping[str, Quantity], vocabulary: Vocabulary) -> list[tuple[str, Quantity]]:
    return [(vocabulary.ingredients.ingredients[id].name, limit) for id, limit in limits.items()]


def _says(
    raw: Mapping[str, Any], sources: Mapping[str, Source], vocabulary: Vocabulary
) -> Iterator[tuple[Statement, tuple[Said, ...]]]:
    """What the entry says, and what its class says besides (cautions) or instead (where the entry is silent)."""
    first, elsewhere = next(iter(sources)), raw.get("from", {})
    of_class = _class_says(raw["class"], vocabulary.ingredients)
    for statement in Statement:
        text = raw["says"].get(statement.value)
        own = _own(statement, text, sources[elsewhere.get(statement.value, first)])
        inherited = of_class.get(statement)
        if inherited and (text is None or (statement is Statement.CAUTION and text != UNKNOWN)):
            kept = () if any(one.nothing for one in own) else own
            yield statement, (*kept, inherited)
        else:
            yield statement, own


def _own(statement: Statement, text: str | None, source: Source) -> tuple[Said, ...]:
    if text is None or text == UNKNOWN:
        return ()
    nothing = text == NONE_KNOWN
    return (Said(nothing_known(statement) if nothing else text, source, nothing),)


def _class_says(id: str, ingredients: Ingredients) -> dict[Statement, Said]:
    """What the nearest class that speaks says for its members."""
    found: dict[Statement, Said] = {}
    for one in ingredients.classes.lineage(id):
        for statement, text in one.says.items():
            if one.source is not None:
                found.setdefault(statement, Said(text, one.source, of_class=one.name))
    return found


def _aspects(
    raw: Mapping[str, Any],
    says: Mapping[Statement, tuple[Said, ...]],
    ingredient_ids: Iterable[str],
    limits: Iterable[tuple[str, Quantity]],
) -> Mapping[Aspect, str]:
    told = told_aspects(says)
    forms = [one["form"] for one in raw["forms"]]
    told[Aspect.PRICE_OR_WHERE] = where_to_get(raw["otc"], raw.get("control", ""), ingredient_ids, forms)
    told[Aspect.MAX] = most_a_day(limits)
    return MappingProxyType({aspect: text for aspect, text in told.items() if text})


def told_aspects(says: Mapping[Statement, tuple[Said, ...]]) -> dict[Aspect, str]:
    """The statements put together for what people ask; empty where nothing is known."""
    return {aspect: _told(aspect, says) for aspect in Aspect}


def _told(aspect: Aspect, says: Mapping[Statement, tuple[Said, ...]]) -> str:
    """The statements of an aspect one after the other; nothing when the first, the very one asked about, is unknown.

    But what is dangerous is told even where nothing is known about the usual.
    """
    if not aspect.told:
        return ""
    first, *others = aspect.told
    if first not in says and not (Statement.GRAVE in others and Statement.GRAVE in says):
        return ""
    answer = _spoken(says[first]) if first in says else f"{LABELS[first]}：{NOT_WRITTEN}"
    return answer + "".join(_besides(one, says) for one in others)


def _besides(statement: Statement, says: Mapping[Statement, tuple[Said, ...]]) -> str:
    """What is told beside the answer: only what there is, but an unknown lactation is never passed over."""
    if statement not in says:
        return f"{LABELS[statement]}：{NOT_WRITTEN}" if statement is Statement.LACTATION else ""
    said = says[statement]
    return "" if said[0].nothing else _spoken(said)


def _spoken(said: Iterable[Said]) -> str:
    return "".join(one.text for one in said)


def _content(raw: Mapping[str, Any]) -> Content:
    amount = raw.get("amount")
    return Content(raw["id"], read_quantity(amount) if amount is not None else None, raw.get("per", ""))


def _doses(raw: Any) -> tuple[Dose, ...]:
    return () if raw == BY_DOCTOR else tuple(_dose(one) for one in raw)


def _dose(raw: Mapping[str, Any]) -> Dose:
    each, times = raw["each"], raw["times"]
    amounts = [read_quantity(one) for one in (each if isinstance(each, list) else [each])]
    counts = times if isinstance(times, list) else [times]
    limit = raw.get("max")
    return Dose(
        who=Who(raw["who"]),
        what=raw.get("what", ""),
        least=amounts[0],
        most=amounts[-1],
        times=(counts[0], counts[-1]),
        every=raw.get("every", "day"),
        max=read_quantity(limit) if limit is not None else None,
    )
