"""One token for all: fetched once, renewed early, forgotten only by its own name."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Unavailable
from bot.locks import MemoryLocks
from connectors.tencent.tokens import Fetched, TokenHolder, TokenUnavailable

LASTS = timedelta(seconds=7200)


@dataclass
class Clock:
    """Time stands still until it is moved."""

    now: datetime = datetime(2026, 11, 21, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Shelf:
    """What the database keeps."""

    values: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def get(self, name: str) -> tuple[str, datetime] | None:
        await asyncio.sleep(0)
        return self.values.get(name)

    async def put(self, name: str, value: str, until: datetime) -> None:
        await asyncio.sleep(0)
        self.values[name] = (value, until)


@dataclass
class Tencent:
    """Hands out t1, t2 … or does not answer."""

    fetched: int = 0
    asked: int = 0
    down: bool = False
    lets_go: asyncio.Event | None = None  # an answer takes until this is set

    async def fetch(self) -> Fetched:
        self.asked += 1
        await (self.lets_go.wait() if self.lets_go else asyncio.sleep(0.01))
        if self.down:
            raise Unavailable("down")
        self.fetched += 1
        return Fetched(f"t{self.fetched}", LASTS)


@dataclass
class World:
    """Processes around one database."""

    clock: Clock = field(default_factory=Clock)
    shelf: Shelf = field(default_factory=Shelf)
    tencent: Tencent = field(default_factory=Tencent)
    locks: MemoryLocks = field(default_factory=MemoryLocks)

    def process(self, name: str = "token:wechat:wx1") -> TokenHolder:
        return TokenHolder(self.tencent.fetch, self.shelf, self.locks, self.clock, name)


@pytest.fixture
def world() -> World:
    return World()


async def ask(holder: TokenHolder, times: int) -> set[str]:
    return set(await asyncio.gather(*(holder.token() for _ in range(times))))


async def test_fifty_callers_fetch_once(world: World) -> None:
    assert await ask(world.process(), 50) == {"t1"}
    assert world.tencent.asked == 1


async def test_processes_fetch_once(world: World) -> None:
    answers = await asyncio.gather(*(ask(world.process(), 25) for _ in range(4)))
    assert set.union(*answers) == {"t1"}
    assert world.tencent.asked == 1


async def test_a_process_that_starts_again_finds_the_token(world: World) -> None:
    await world.process().token()
    world.clock.passes(minutes=60)
    assert await world.process().token() == "t1"
    assert world.tencent.asked == 1


async def test_accounts_do_not_share(world: World) -> None:
    assert await world.process("token:wechat:wx1").token() == "t1"
    assert await world.process("token:wecom:ww2").token() == "t2"


async def test_it_is_kept_to_five_minutes_before_its_end(world: World) -> None:
    holder = world.process()
    await holder.token()
    world.clock.passes(seconds=7200 - 301)
    assert await holder.token() == "t1"
    world.clock.passes(seconds=1)
    assert await holder.token() == "t2"
    assert world.tencent.asked == 2


async def test_others_go_on_with_the_old_one_while_one_renews(world: World) -> None:
    holder = world.process()
    await holder.token()
    world.clock.passes(seconds=7200 - 200)
    world.tencent.lets_go = asyncio.Event()
    renewing = asyncio.create_task(holder.token())
    await asyncio.sleep(0.01)
    async with asyncio.timeout(1):
        assert await ask(holder, 20) == {"t1"}
    world.tencent.lets_go.set()
    assert await renewing == "t2"
    assert await ask(holder, 20) == {"t2"}
    assert world.tencent.asked == 2


async def test_a_failed_renewal_costs_nothing_and_is_not_repeated_at_once(world: World) -> None:
    holder = world.process()
    await holder.token()
    world.clock.passes(seconds=7200 - 200)
    world.tencent.down = True
    assert await ask(holder, 20) == {"t1"}
    assert world.tencent.asked == 2
    world.clock.passes(seconds=29)
    assert await holder.token() == "t1"
    assert world.tencent.asked == 2
    world.clock.passes(seconds=1)
    world.tencent.down = False
    assert await holder.token() == "t2"


async def test_an_ended_token_is_never_handed_out(world: World) -> None:
    holder = world.process()
    await holder.token()
    world.clock.passes(seconds=7200)
    world.tencent.down = True
    with pytest.raises(Unavailable):
        await holder.token()
    world.tencent.down = False
    assert await holder.token() == "t2"


async def test_a_queue_learns_of_one_failure_together(world: World) -> None:
    holder = world.process()
    world.tencent.down = True
    errors = await asyncio.gather(*(holder.token() for _ in range(50)), return_exceptions=True)
    assert world.tencent.asked == 1
    assert {type(error) for error in errors} == {Unavailable, TokenUnavailable}
    world.tencent.down = False
    assert await holder.token() == "t1"


async def test_a_caller_who_gives_up_does_not_stop_the_next(world: World) -> None:
    holder = world.process()
    world.tencent.lets_go = asyncio.Event()
    first, second = asyncio.create_task(holder.token()), asyncio.create_task(holder.token())
    await asyncio.sleep(0.01)
    first.cancel()
    world.tencent.lets_go.set()
    assert await second == "t1"
    assert first.cancelled()


async def test_forgetting_fetches_another(world: World) -> None:
    holder = world.process()
    await holder.token()
    await holder.forget("t1")
    assert await holder.token() == "t2"


async def test_only_that_one_is_forgotten(world: World) -> None:
    one, other = world.process(), world.process()
    assert await one.token() == await other.token() == "t1"
    await one.forget("t1")
    assert await one.token() == "t2"
    await other.forget("t1")  # late: the newer one stays
    assert await other.token() == "t2"
    await one.forget("no such token, ünïcode")
    assert await one.token() == "t2"
    assert world.tencent.asked == 2


async def test_twenty_whose_token_was_refused_at_once_fetch_one(world: World) -> None:
    holder = world.process()
    await holder.token()

    async def refused() -> str:
        await holder.forget("t1")
        return await holder.token()

    assert set(await asyncio.gather(*(refused() for _ in range(20)))) == {"t2"}
    assert world.tencent.asked == 2


async def test_a_forgotten_token_stays_so_where_the_clock_is_behind(world: World) -> None:
    await world.process().token()
    await world.process().forget("t1")
    world.clock.passes(seconds=-5)
    world.tencent.down = True
    with pytest.raises(Unavailable):
        await world.process().token()
    world.tencent.down = False
    assert await world.process().token() == "t2"


async def test_its_life_counts_from_before_the_call(world: World) -> None:
    class Slow(Tencent):
        async def fetch(self) -> Fetched:
            world.clock.passes(seconds=8)
            return await super().fetch()

    began = world.clock.now
    world.tencent = Slow()
    await world.process().token()
    assert next(iter(world.shelf.values.values())) == ("t1", began + LASTS)


async def test_no_token_stands_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    holder = world.process()
    await holder.token()
    world.clock.passes(seconds=7200 - 200)
    world.tencent.down = True
    await holder.token()
    assert [record.action for record in caplog.records if hasattr(record, "action")] == ["token_not_renewed"]
    assert "t1" not in caplog.text
