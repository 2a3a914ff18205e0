"""What the drug book says: one frozen entry per drug, each statement with its source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from knowledge.aspects import Aspect
from knowledge.dose_forms import Route, routes_in
from knowledge.quantities import Quantity
from knowledge.sources import Source
from knowledge.statements import Statement


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


class Who(StrEnum):
    """For whom a dose is."""

    ADULT = "adult"
    CHILD = "child"
    ELDERLY = "elderly"
    RENAL = "renal"
    HEPATIC = "hepatic"


@dataclass(frozen=True, slots=True)
class Dose:
    """A usual dose in numbers, for checking and counting; people are told `Drug.says`."""

    who: Who
    what: str
    """Which illness, form or age, in Chinese; empty where it goes without saying."""
    least: Quantity
    most: Quantity
    """Smallest and largest single amount."""
    times: tuple[int, int]
    """Fewest and most times in one period."""
    every: str
    """`day`, `week`, `month` or `once`: the period."""
    max: Quantity | None
    """Most in one period, where the row has a limit of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as it is told."""

    text: str
    source: Source
    nothing: bool = False
    """True where the fact is that there is nothing (`none known`)."""
    of_class: str = ""
    """Name of the class that says it for all its members; empty for the entry's own words."""


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
    class_id: str
    """Pharmacological class (classes.yml)."""
    class_name: str
    """The same in Chinese."""
    forms: tuple[Form, ...]
    otc: bool
    """True when at least one form is sold without prescription."""
    control: str
    """Kind of state control in Chinese (第二类精神药品); empty for most."""
    local: bool
    """Acts where it is put and is hardly absorbed: what interacts with its ingredients elsewhere does not here."""
    ingredients: tuple[Content, ...]
    herbs: str
    """All herbs of a Chinese patent medicine in words; empty for others."""
    doses: tuple[Dose, ...]
    """Usual doses in numbers; empty where a doctor sets each one."""
    daily_max: Mapping[str, Quantity]
    """Highest adult amount in 24 hours by ingredient id, as the label of this drug gives it."""
    says: Mapping[Statement, tuple[Said, ...]]
    """What is known; a statement that is not here is unknown. The second of two comes from the class."""
    aspects: Mapping[Aspect, str]
    """The same put together for what people ask; an aspect that is not here is unknown."""
    source: Source
    """Where the entry as a whole comes from."""
    read_by: Mapping[str, str]
    """Second readers and the day (ISO) on which they read it."""
    from_leaflet: bool = False
    """Known from its leaflet alone: not its class, and perhaps not all ingredients. Rules tell too little of it."""

    def __post_init__(self) -> None:
        """The limit of a children's medicine is told as one for children."""
        most = self.aspects.get(Aspect.MAX, "")
        if self.for_children and most.startswith(_GROWN_UPS):
            most = most.replace(_GROWN_UPS, _CHILDREN, 1).replace("。", _OLDEST_CHILD, 1)
            object.__setattr__(self, "aspects", MappingProxyType({**self.aspects, Aspect.MAX: most}))

    @property
    def for_children(self) -> bool:
        """A medicine that grown-ups do not take."""
        return _NAMED_FOR_CHILDREN in self.name or {one.who for one in self.doses} == {Who.CHILD}

    def source_of(self, aspect: Aspect) -> Source:
        """Where the words of this aspect come from; where there are several sources, the first."""
        return next(iter(self.sources_of(aspect)), self.source)

    def sources_of(self, aspect: Aspect) -> tuple[Source, ...]:
        """All sources of the words of this aspect, each once."""
        said = (one for statement in aspect.told for one in self.says.get(statement, ()))
        return tuple(dict.fromkeys(one.source for one in said))

    @property
    def ingredient_ids(self) -> tuple[str, ...]:
        """Ids of all active ingredients, in the order of the entry."""
        return tuple(content.ingredient for content in self.ingredients)

    @property
    def acting_ids(self) -> tuple[str, ...]:
        """Ids of the ingredients that reach the whole body: what interaction rules look at."""
        return () if self.local else self.ingredient_ids

    @property
    def adult_dose(self) -> Dose | None:
        """The usual adult dose: of several, the one taken most often a day."""
        adult = [one for one in self.doses if one.who is Who.ADULT]
        daily = [one for one in adult if one.every == "day"]
        return max(daily or adult, key=lambda one: one.times[1], default=None)


_PENS = ("笔", "预灌封", "瓶装")
"""Injections that people give themselves at home."""
_HOSPITAL_ONLY = ("麻醉药品", "第一类精神药品")
"""Kinds of control under which no pharmacy outside a hospital may sell."""
_TERMINATION = "mifepristone"
_GROWN_UPS = "大人24小时内，"
_CHILDREN = "孩子24小时内，"
_OLDEST_CHILD = "；这是最大的孩子的量，小的孩子更少，按年龄和体重算。"
_NAMED_FOR_CHILDREN = "小儿"


def where_to_get(otc: bool, control: str, ingredient_ids: Iterable[str], forms: Iterable[str]) -> str:
    """The answer to price and place: prices change daily, so it never names a figure."""
    ids = tuple(ingredient_ids)
    identity = "药里含伪麻黄碱，购买时要登记身份证，数量有限制。" if "pseudoephedrine" in ids else ""
    if otc:
        return f"有非处方（OTC）品种，药店可以买到，买前请问药师。{identity}价格以药房为准。"
    how = _prescribed(control, ids, tuple(forms))
    return f"这是处方药，{how}{identity}价格以药房为准，医保能报多少请问医院药房或医保窗口。"


def _prescribed(control: str, ids: Sequence[str], forms: Sequence[str]) -> str:
    if _TERMINATION in ids:
        return "用来终止妊娠的只能在有资格的医院、由医生看着用，药店不能卖，网上也不要买。紧急避孕用的请问医生或药师。"
    if control in _HOSPITAL_ONLY:
        return f"是国家管制的{control}，药店不卖，只能由有资格的医生开专用处方，在医院取药。"
    if control:
        return f"是国家管制的{control}，只能凭专用处方在医院取药，一般药店买不到。"
    if routes_in(forms) == {Route.INJECTION} and not any(word in form for form in forms for word in _PENS):
        return "由医生开处方、医护人员打针，在医院用，不要自己买来打。"
    return "要由医生开处方，凭处方在医院药房或药店取药。"


def most_a_day(limits: Iterable[tuple[str, Quantity]]) -> str:
    """The answer to how much is too much, from ingredient names and limits; empty without limits."""
    listed = "，".join(f"{name}不超过{limit.spoken}" for name, limit in limits)
    return f"{_GROWN_UPS}{listed}。别的药里同样的成分也要算进去；医生开的处方以处方为准。" if listed else ""
