"""Amounts as data files write them (`2.5mg`, `125IU`, `8揿`, `10mg/kg`), exact: Decimal, never float."""

import re
from dataclasses import dataclass
from decimal import Decimal

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*((?:μg|µg|mg|g|ml|IU|U|mmol)(?:/kg)?|揿|喷|吸|片|粒|袋|支|丸|滴|贴|枚|瓶)")
_IN_MG = {"μg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000)}
_SPOKEN = {"μg": "微克", "mg": "毫克", "g": "克", "ml": "毫升", "IU": "国际单位", "U": "单位", "mmol": "毫摩尔"}
_PER_KG = "/kg"


class BadQuantityError(ValueError):
    """A quantity is not written as a number followed by a known unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as written in the source."""

    value: Decimal
    unit: str
    """μg mg g ml IU U mmol, each also per kg of body weight (`mg/kg`), or a piece: 片 粒 袋 揿 …"""

    def comparable(self) -> tuple[str, Decimal]:
        """The same amount in a base unit; masses become mg, other units stay."""
        plain = self.unit.removesuffix(_PER_KG)
        if plain in _IN_MG:
            return f"mg{self.unit[len(plain) :]}", self.value * _IN_MG[plain]
        return self.unit, self.value

    def times(self, count: int) -> "Quantity":
        """This amount taken `count` times."""
        return Quantity(self.value * count, self.unit)

    def exceeds(self, other: "Quantity") -> bool:
        """Whether this is more than `other`. Raises BadQuantityError when the units cannot be compared."""
        (unit, value), (other_unit, other_value) = self.comparable(), other.comparable()
        if unit != other_unit:
            raise BadQuantityError(f"{self} and {other} have different units")
        return value > other_value

    @property
    def spoken(self) -> str:
        """As a patient hears it: `每公斤体重10毫克`."""
        plain = self.unit.removesuffix(_PER_KG)
        weight = "每公斤体重" if plain != self.unit else ""
        return f"{weight}{self.value}{_SPOKEN.get(plain, plain)}"

    def __str__(self) -> str:
        return f"{self.value}{self.unit}"


def read_quantity(text: object) -> Quantity:
    """Parse `2.5mg`. Raises BadQuantityError on anything else."""
    match = _WRITTEN.fullmatch(str(text).strip())
    if match is None:
        raise BadQuantityError(f"not a quantity: {text!r}")
    return Quantity(Decimal(match[1]), match[2].replace("µ", "μ"))
