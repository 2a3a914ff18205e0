"""Amounts as data files write them (`2.5mg`, `125IU`, `8揿`), exact: Decimal, never float."""

import re
from dataclasses import dataclass
from decimal import Decimal

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*(μg|µg|mg|g|ml|IU|U|揿|吸|片|粒|袋)")
_IN_MG = {"μg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000)}


class BadQuantityError(ValueError):
    """A quantity is not written as a number followed by a known unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as written in the source."""

    value: Decimal
    unit: str
    """One of: μg mg g ml IU U 揿 吸 片 粒 袋."""

    def comparable(self) -> tuple[str, Decimal]:
        """The same amount in a base unit; masses become mg, other units stay."""
        if self.unit in _IN_MG:
            return "mg", self.value * _IN_MG[self.unit]
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

    def __str__(self) -> str:
        return f"{self.value}{self.unit}"


def read_quantity(text: object) -> Quantity:
    """Parse `2.5mg`. Raises BadQuantityError on anything else."""
    match = _WRITTEN.fullmatch(str(text).strip())
    if match is None:
        raise BadQuantityError(f"not a quantity: {text!r}")
    return Quantity(Decimal(match[1]), match[2].replace("µ", "μ"))
