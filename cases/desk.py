"""The test desk: examinations and tests, apart from the patient, so that the patient cannot leak a result."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cases.catalogue import CatalogueTest, catalogue
from cases.model import Investigation, Script
from cases.tracing import Tracing

NOT_HERE = "【检查台】这项检查目前不能做，或者与本次就诊无关，没有结果。"


@dataclass(frozen=True, slots=True)
class Result:
    """What the desk answers; never what the investigation is worth in this case."""

    id: str
    label: str
    text: str
    table: tuple[tuple[str, ...], ...]
    minutes: int
    cost: Decimal  # yuan
    done: bool = True  # False: the desk refused, and the text says why
    tracing: Tracing | None = None  # drawn where pictures can be seen

    def in_words(self) -> str:
        """One line in the talk."""
        spent = f"（{self.minutes} 分钟，{self.cost} 元）" if self.done and (self.minutes or self.cost) else ""
        return f"【检查台】{self.label}{spent}：{self.text}"


def order(script: Script, ids: Iterable[str]) -> tuple[Result, ...]:
    """The results of what was ordered, in that order.

    What the case does not list is normal in this patient, as the catalogue says; an unknown id has no result.
    """
    listed = {each.id: each for each in script.investigations}
    found = (listed.get(each) or catalogue().investigations.get(each) for each in dict.fromkeys(ids))
    return tuple(_result(each) for each in found if each is not None)


def _result(each: Investigation | CatalogueTest) -> Result:
    if isinstance(each, CatalogueTest):
        return Result(each.id, each.label, each.normal, (), each.minutes, each.cost)
    return Result(each.id, each.label, each.result, each.table, each.minutes, each.cost, not each.refused, each.tracing)
