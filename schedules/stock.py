"""How long a medicine lasts. Pure: what is left, what each coming taking needs, in; the days it covers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from schedules.amounts import Amount, find_amount
from schedules.clock import SHANGHAI, local
from schedules.spelling import plain

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """The days that are covered."""

    days: int
    """From the day of the next taking on."""
    last_day: date
    """The last day of the person's wall of which all takings are covered."""


def amount_of_dose(dose: str) -> Amount | None:
    """The exact amount of a dose as said, None when it has none; of a range the larger end is needed."""
    return find_amount(plain(dose))[0].amount if dose else None


def needed(amount: Amount) -> Decimal:
    """What a taking needs at most."""
    return amount.value if amount.most is None else amount.most


def lasting(
    left: Decimal, takings: Iterable[tuple[datetime, Decimal]], timezone: ZoneInfo = SHANGHAI
) -> Lasting | None:
    """How long `left` lasts for takings in order of time (instant, amount); None: it covers all of them."""
    first: date | None = None
    for at, amount in takings:
        day = local(at, timezone).date()
        first = first or day
        left -= amount
        if left < 0:
            return Lasting((day - first).days, day - ONE_DAY)
    return None
