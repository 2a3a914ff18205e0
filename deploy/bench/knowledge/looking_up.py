"""Look-ups that are no search: a drug by any of its names, a list of medicines checked together."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from deploy.bench.figures import percentile
from knowledge.drug_names import DrugBook, own_names
from knowledge.interactions import InteractionTable
from knowledge.together import check_together

_MEDICINES, _LISTS = 12, 200


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, and how many calls."""

    p50_ms: float
    p95_ms: float
    calls: int


def by_name(book: DrugBook) -> Times:
    """Every name, brand and alias as it is written, warm."""
    names = [name for drug in book for name in own_names(drug)]
    return _timed(book.find, names)


def misspelled(book: DrugBook) -> Times:
    """Every name of four characters or more with one of them left out, warm."""
    lot = random.Random(3)
    names = [name for drug in book for name in own_names(drug) if len(name) > 3]
    return _timed(book.find, [_without_one(name, lot) for name in names])


def lists(book: DrugBook, table: InteractionTable) -> Times:
    """Lists of twelve medicines drawn by lot."""
    lot, drugs = random.Random(5), [drug.name for drug in book]
    drawn = [lot.sample(drugs, _MEDICINES) for _ in range(_LISTS)]
    return _timed(lambda names: check_together(book, table, names), drawn)


def _without_one(name: str, lot: random.Random) -> str:
    at = lot.randrange(len(name))
    return name[:at] + name[at + 1 :]


def _timed(call: Callable[[Any], object], given: Iterable[object]) -> Times:
    asked = list(given)
    for one in asked[:50]:
        call(one)
    taken = []
    for one in asked:
        start = time.perf_counter()
        call(one)
        taken.append((time.perf_counter() - start) * 1000)
    return Times(percentile(taken, 0.5), percentile(taken, 0.95), len(taken))
