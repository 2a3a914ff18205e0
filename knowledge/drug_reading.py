"""From the YAML a pharmacist edits to the frozen entries the house uses."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from knowledge.aspects import STORED_ASPECTS, Aspect
from knowledge.drugs import AdultDose, Content, Drug, Form, where_to_get
from knowledge.fast_yaml import DATA, load
from knowledge.quantities import read_quantity
from knowledge.sources import read_source
from knowledge.yamlfile import BadDataError


def load_drugs(folder: Path | None = None) -> tuple[Drug, ...]:
    """All drugs of `folder/drugs/*.yml`, in file order.

    Raises BadDataError naming the file and the entry. The full check against the schema is knowledge.check.
    """
    files = sorted(((folder or DATA) / "drugs").glob("*.yml"))
    return tuple(_read_named(path, raw) for path in files for raw in load(path) or ())


def _read_named(path: Path, raw: Mapping[str, Any]) -> Drug:
    try:
        return read_drug(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise BadDataError(f"{path.name}: {str(raw)[:60]}: {error!r}") from error


def read_drug(raw: Mapping[str, Any]) -> Drug:
    """One entry. Raises KeyError, TypeError or ValueError when it is not shaped by drug.schema.json."""
    contents = tuple(_content(one) for one in raw["ingredients"])
    return Drug(
        id=raw["id"],
        name=raw["name"],
        english=raw["english"],
        brands=tuple(raw["brands"]),
        aliases=tuple(raw["aliases"]),
        shared_names=tuple(raw.get("shared_names", ())),
        category=raw["class"],
        forms=tuple(Form(one["form"], tuple(one["strengths"])) for one in raw["forms"]),
        otc=raw["otc"],
        ingredients=contents,
        dosing=MappingProxyType(dict(raw["dosing"])),
        adult_dose=_adult_dose(raw.get("adult_dose")),
        daily_max=MappingProxyType({id: read_quantity(q) for id, q in raw.get("daily_max", {}).items()}),
        aspects=_aspects(raw, tuple(one.ingredient for one in contents)),
        source=read_source(raw["source"]),
        aspect_sources=MappingProxyType(
            {Aspect(key): read_source(one) for key, one in raw.get("aspect_sources", {}).items()}
        ),
    )


def _aspects(raw: Mapping[str, Any], ingredient_ids: tuple[str, ...]) -> Mapping[Aspect, str]:
    words: dict[Aspect, str] = {aspect: str(raw["aspects"][aspect.value]) for aspect in STORED_ASPECTS}
    words[Aspect.PRICE_OR_WHERE] = where_to_get(raw["otc"], ingredient_ids)
    return MappingProxyType(words)


def _content(raw: Mapping[str, Any]) -> Content:
    amount = raw.get("amount")
    return Content(raw["id"], read_quantity(amount) if amount is not None else None, raw.get("per", ""))


def _adult_dose(raw: Mapping[str, Any] | None) -> AdultDose | None:
    if raw is None:
        return None
    least, most = (read_quantity(one) for one in raw["each"])
    fewest, highest = raw["times"]
    return AdultDose(least, most, (int(fewest), int(highest)), raw.get("every", "day"))
