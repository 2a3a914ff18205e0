"""What the models have cost: counted by clinic, day and tier, held against what the clinic may spend in a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.db import Databases
from bot.llm import Tokens
from bot.tables import model_usage

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MILLION = Decimal(1_000_000)
_COUNTED = ("calls", "prompt_tokens", "completion_tokens", "cost")


@dataclass(frozen=True, slots=True)
class Price:
    """Yuan for a million tokens. A server of one's own may be counted as free."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)

    def of(self, spent: Tokens) -> Decimal:
        """Yuan for these tokens, rounded up to a millionth."""
        micros = self.prompt * spent.prompt + self.completion * spent.completion
        return micros.to_integral_value(ROUND_CEILING) / _MILLION


def read_price(text: str) -> Price:
    """`0.8/2`: yuan for a million tokens read, and written."""
    prompt, _, completion = text.partition("/")
    return Price(Decimal(prompt), Decimal(completion))


@dataclass(frozen=True, slots=True)
class Budget:
    """What a clinic may spend in one day (Asia/Shanghai); None: no limit."""

    tokens: int | None = None
    yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on one day at one tier."""

    day: date
    tier: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    yuan: Decimal


class Spending:
    """Reads and writes what was spent. Raises StoreUnavailable."""

    def __init__(self, databases: Databases, budget: Budget) -> None:
        self._databases = databases
        self._budget = budget

    async def affordable(self, clinic: str, at: datetime) -> bool:
        """Whether the clinic's budget for the day is not used up. A call that began is never cut off for it."""
        if self._budget.tokens is None and self._budget.yuan is None:
            return True
        tokens = func.coalesce(func.sum(model_usage.c.prompt_tokens + model_usage.c.completion_tokens), 0)
        cost = func.coalesce(func.sum(model_usage.c.cost), 0)
        today = (model_usage.c.clinic == clinic) & (model_usage.c.day == _day(at))
        async with self._databases.of(clinic).read() as connection:
            used, micros = (await connection.execute(select(tokens, cost).where(today))).one()
        enough_tokens = self._budget.tokens is None or int(used) < self._budget.tokens
        return enough_tokens and (self._budget.yuan is None or Decimal(int(micros)) / _MILLION < self._budget.yuan)

    async def add(self, clinic: str, tier: str, spent: Tokens, yuan: Decimal, at: datetime) -> None:
        """Count one call."""
        row = {"clinic": clinic, "day": _day(at), "tier": str(tier)}
        more = {
            "calls": 1, "prompt_tokens": spent.prompt, "completion_tokens": spent.completion,
            "cost": int(yuan * _MILLION),
        }  # fmt: skip
        async with self._databases.of(clinic).begin() as connection:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            added = dialect.insert(model_usage).values(row | more)
            counted = {name: model_usage.c[name] + added.excluded[name] for name in _COUNTED}
            await connection.execute(added.on_conflict_do_update(index_elements=list(row), set_=counted))

    async def since(self, clinic: str, first: date) -> Sequence[Spent]:
        """What was spent from a day on, by day and tier."""
        wanted = (model_usage.c.clinic == clinic) & (model_usage.c.day >= first)
        query = select(model_usage).where(wanted).order_by(model_usage.c.day, model_usage.c.tier)
        async with self._databases.of(clinic).read() as connection:
            return [_spent(row) for row in (await connection.execute(query)).mappings()]


def _spent(row: Mapping[Any, Any]) -> Spent:
    yuan = Decimal(row["cost"]) / _MILLION
    return Spent(row["day"], row["tier"], row["calls"], row["prompt_tokens"], row["completion_tokens"], yuan)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
