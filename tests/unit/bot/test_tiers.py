"""Several models behind one face: who is asked, who replaces whom, who is left alone, what it costs."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.breaker import FAILURES, LONGEST_PAUSE, PAUSE, Breaker
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import ModelUnavailable
from bot.llm import SHORT, Choosing, Job, JsonSchema, Prompt, Task, Tokens
from bot.migrate import migrate
from bot.spending import Budget, Price, Spending, read_price
from bot.tiers import Place, Tier, Tiers

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PROMPT: Prompt = [{"role": "user", "content": "抽血前能喝水吗"}]
ANSWER, HARD, RESCUE = (Job("demo", task) for task in (Task.ANSWER, Task.HARD_ANSWER, Task.RESCUE))


@dataclass(slots=True)
class Written:
    """A server that writes its pieces, and breaks after as many as it is told."""

    pieces: tuple[str, ...]
    breaks_after: int | None = None
    asked: int = 0
    left: bool = False
    chosen: Mapping[str, Any] = field(default_factory=dict)

    async def stream(
        self, messages: Prompt, spent: Tokens | None = None, *, temperature: float = 0.2
    ) -> AsyncGenerator[str]:
        self.asked += 1
        assert spent is not None
        spent.prompt = 10
        try:
            for n, piece in enumerate(self.pieces):
                if n == self.breaks_after:
                    raise ModelUnavailable("broken")
                spent.completion += 1
                yield piece
        except GeneratorExit:
            self.left = True
            raise

    async def choose(
        self, messages: Prompt, schema: JsonSchema, spent: Tokens | None = None, how: Choosing = SHORT
    ) -> Mapping[str, Any]:
        self.asked += 1
        if self.breaks_after is not None:
            raise ModelUnavailable("broken")
        return self.chosen

    async def models(self) -> list[str]:
        return ["m"]

    async def close(self) -> None: ...


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def spending(tmp_path: Path) -> AsyncIterator[Spending]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    yield Spending(databases, Budget(tokens=100, yuan=Decimal("0.01")))
    await databases.close()


Open = Callable[..., Tiers]
"""Clock and servers by tier → the tiers; closed at the end of the test."""


@pytest.fixture
async def tiers(spending: Spending) -> AsyncIterator[Open]:
    price, opened = Price(Decimal("0.8"), Decimal(2)), list[Tiers]()

    def opening(clock: Clock, **servers: Written) -> Tiers:
        places = {Tier(name): Place(server, price) for name, server in servers.items()}
        opened.append(Tiers(places, spending, clock))
        return opened[-1]

    yield opening
    for each in opened:
        await each.close()


async def heard(models: Tiers, job: Job = HARD) -> list[str]:
    return [piece async for piece in models.stream(PROMPT, job)]


async def test_small_tasks_go_to_the_small_model_and_hard_ones_to_the_main_one(tiers: Open) -> None:
    small, main = Written(("小",), chosen={"command": "none"}), Written(("大",))
    models = tiers(Clock(), small=small, main=main)
    assert await heard(models, HARD) == ["大"] and await heard(models, ANSWER) == ["小"]
    assert await models.choose(PROMPT, {}, RESCUE) == {"command": "none"}
    assert (small.asked, main.asked) == (2, 1)


async def test_who_fails_before_the_first_word_is_replaced(tiers: Open) -> None:
    main, backup = Written(("大",), breaks_after=0), Written(("备",), chosen={"command": "x"})
    models = tiers(Clock(), main=main, backup=backup)
    assert await heard(models) == ["备"]
    assert await models.choose(PROMPT, {}, RESCUE) == {"command": "x"}


async def test_who_breaks_off_later_is_not_replaced(tiers: Open) -> None:
    backup = Written(("备",))
    models = tiers(Clock(), main=Written(("查", "血"), breaks_after=1), backup=backup)
    with pytest.raises(ModelUnavailable):
        await heard(models)
    assert backup.asked == 0


async def test_with_nobody_left_it_is_unavailable(tiers: Open) -> None:
    models = tiers(Clock(), main=Written(("大",), breaks_after=0))
    with pytest.raises(ModelUnavailable):
        await heard(models)
    with pytest.raises(ModelUnavailable):
        await models.choose(PROMPT, {}, RESCUE)


async def test_who_fails_again_and_again_is_left_alone_and_then_tried_once(tiers: Open) -> None:
    clock, main = Clock(), Written(("大",), breaks_after=0)
    models = tiers(clock, main=main, backup=Written(("备",)))
    for _ in range(FAILURES + 3):
        assert await heard(models) == ["备"]
    assert main.asked == FAILURES, "asked although it is known to be down"
    clock.at += PAUSE
    main.breaks_after = None
    assert await heard(models) == ["大"] and await heard(models) == ["大"]


def test_the_pause_grows_and_only_one_tries_after_it() -> None:
    breaker = Breaker()
    pauses = []
    for _ in range(12):
        breaker = breaker.failed(AT)
        pauses.append((breaker.open_until or AT) - AT)
    assert pauses[:5] == [timedelta(0), timedelta(0), PAUSE, 2 * PAUSE, 4 * PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    later = AT + LONGEST_PAUSE
    assert breaker.allows(later) and not breaker.trying(later).allows(later)
    assert Breaker().trying(AT).allows(AT), "a healthy server serves everybody"


async def test_what_was_used_is_counted_even_when_the_reader_leaves(tiers: Open, spending: Spending) -> None:
    main = Written(("一", "二", "三", "四"))
    models = tiers(Clock(), main=main)
    async with aclosing(models.stream(PROMPT, HARD)) as stream:
        async for _ in stream:
            break
    assert main.left, "the server goes on writing for nobody"
    await models.close()
    (spent,) = await spending.since("demo", AT.date())
    assert (spent.tier, spent.calls, spent.prompt_tokens, spent.completion_tokens) == ("main", 1, 10, 1)
    assert spent.yuan == Decimal("0.00001")  # 10 × 0.8 + 1 × 2 millionths


async def test_a_spent_budget_leaves_the_passages_to_answer_until_tomorrow(tiers: Open) -> None:
    clock, main = Clock(), Written(("大",) * 60)
    models = tiers(clock, main=main)
    for _ in range(2):
        assert len(await heard(models)) == 60
        await asyncio.sleep(0.05)  # what was used is written down behind the answer
    await models.close()
    with pytest.raises(ModelUnavailable):
        await heard(models)
    assert main.asked == 2
    clock.at = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert len(await heard(models)) == 60
    await models.close()


def test_a_price_is_read_exactly() -> None:
    assert read_price("0.8/2").of(Tokens(1_000_000, 500_000)) == Decimal("1.8")
    assert read_price("0.1/0.1").of(Tokens(1, 0)) == Decimal("0.000001")
