"""What the drug book says: one frozen entry per drug, each statement with its source."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.aspects import Aspect
from knowledge.quantities import Quantity
from knowledge.sources import Source


@dataclass(frozen=True, slots=True)
class Form:
    """A dose form with the strengths on the market, as printed on the box."""

    name: str
    strengths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One active ingredient of a preparation."""

    ingredient: str
    """Id in ingredients.yml."""
    amount: Quantity | None
    """How much is in one unit; None for single-ingredient drugs with several strengths."""
    per: str
    """Which unit `amount` refers to, in Chinese; empty without amount."""


@dataclass(frozen=True, slots=True)
class AdultDose:
    """The usual adult dose in numbers, for checking; people read `Drug.dosing`."""

    least: Quantity
    most: Quantity
    """Smallest and largest single amount."""
    times: tuple[int, int]
    """Fewest and most times in one period."""
    every: str
    """`day` or `week`: the period."""


@dataclass(frozen=True, slots=True)
class Drug:
    """One entry of the drug book."""

    id: str
    name: str
    """通用名."""
    english: str
    brands: tuple[str, ...]
    aliases: tuple[str, ...]
    """Other names that mean exactly this drug: salts with the form, popular names, usual misspellings."""
    shared_names: tuple[str, ...]
    """Names that several drugs go by (百服宁, 头孢): never resolved, always asked back."""
    category: str
    """Pharmacological class in Chinese words."""
    forms: tuple[Form, ...]
    otc: bool
    """True when at least one form is sold without prescription."""
    ingredients: tuple[Content, ...]
    dosing: Mapping[str, str]
    """adult, and child / elderly / renal / hepatic where it matters."""
    adult_dose: AdultDose | None
    daily_max: Mapping[str, Quantity]
    """Highest adult amount in 24 hours by ingredient id, as the label of this drug gives it."""
    aspects: Mapping[Aspect, str]
    """All ten aspects in plain Chinese."""
    source: Source
    aspect_sources: Mapping[Aspect, Source]
    """Sources of single aspects that differ from `source`."""

    def source_of(self, aspect: Aspect) -> Source:
        """Where the words of this aspect come from."""
        return self.aspect_sources.get(aspect, self.source)

    @property
    def ingredient_ids(self) -> tuple[str, ...]:
        """Ids of all active ingredients, in the order of the entry."""
        return tuple(content.ingredient for content in self.ingredients)


def where_to_get(otc: bool, ingredient_ids: tuple[str, ...]) -> str:
    """The answer to price and place: prices change daily, so it never names a figure."""
    if not otc:
        return (
            "这是处方药，要由医生开处方，凭处方在医院药房或药店取药。"
            "价格以药房为准，医保能报多少请问医院药房或医保窗口。"
        )
    identity = "药里含伪麻黄碱，购买时要登记身份证，数量有限制。" if "pseudoephedrine" in ingredient_ids else ""
    return f"有非处方（OTC）品种，药店可以买到，买前请问药师。{identity}价格以药房为准。"
