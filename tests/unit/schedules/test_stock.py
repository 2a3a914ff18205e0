"""How long a medicine lasts."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from schedules.clock import SHANGHAI
from schedules.stock import Lasting, amount_of_dose, lasting, needed

FIRST = datetime(2026, 11, 21, 8, 0, tzinfo=SHANGHAI)


def takings(hours: int, amount: str = "1", count: int = 100) -> list[tuple[datetime, Decimal]]:
    """Every so many hours."""
    return [(FIRST + place * timedelta(hours=hours), Decimal(amount)) for place in range(count)]


@pytest.mark.parametrize(
    ("left", "hours", "amount", "days", "last"),
    [
        ("20", 24, "1", 20, date(2026, 12, 10)),
        ("20", 12, "1", 10, date(2026, 11, 30)),
        ("20", 24, "0.5", 40, date(2026, 12, 30)),
        ("4", 168, "1", 28, date(2026, 12, 18)),
        ("5", 12, "1", 2, date(2026, 11, 22)),
        ("0", 24, "1", 0, date(2026, 11, 20)),
        ("0.4", 24, "0.5", 0, date(2026, 11, 20)),
    ],
)
def test_days_are_covered_as_long_as_every_taking_is(left: str, hours: int, amount: str, days: int, last: date) -> None:
    assert lasting(Decimal(left), takings(hours, amount)) == Lasting(days, last)


def test_it_covers_all() -> None:
    assert lasting(Decimal(3), takings(24, count=3)) is None
    assert lasting(Decimal(0), []) is None


@pytest.mark.parametrize(
    ("dose", "most"), [("一片", "1"), ("半片", "0.5"), ("1~2片", "2"), ("两片半", "2.5"), ("0.5g", "0.5")]
)
def test_the_larger_end_is_needed(dose: str, most: str) -> None:
    amount = amount_of_dose(dose)
    assert amount is not None and needed(amount) == Decimal(most)


def test_no_amount() -> None:
    assert amount_of_dose("") is None and amount_of_dose("适量") is None
