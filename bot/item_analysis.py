"""Which mark nobody earns: how many encounters of a case earned each, as they were scored. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.class_sittings import Earned


@dataclass(frozen=True, slots=True)
class ItemCount:
    """A mark, and in how many encounters it was earned."""

    item: str
    label: str
    part: str
    critical: bool
    asked: int
    judged: int  # encounters with the mark in which it did not wait for a teacher


def count_items(earned: Earned) -> Sequence[ItemCount]:
    """The marks of the newest sheet, the least often earned first; critical ones before others that are as rare."""
    counts = [
        ItemCount(
            mark["item"], mark["label"], mark["part"], mark["critical"],
            sum(each.get(mark["item"], False) for each in earned.marks),
            sum(mark["item"] in each for each in earned.marks),
        )
        for mark in earned.newest.get("items", ())
    ]  # fmt: skip
    # By share, not by number: a new version of a case may have marks that its first encounters could not earn.
    return sorted(counts, key=lambda each: (_share(each), not each.critical, each.item))


def _share(count: ItemCount) -> int:
    """Per ten thousand; what nobody could earn comes last."""
    return count.asked * 10_000 // count.judged if count.judged else 10_001
