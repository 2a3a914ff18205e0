"""The course of one run: start both sides, warm them up, then measure in rounds, one side under load at a time."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from statistics import median

from deploy.bench.figures import Figure, Line, Results, percentile
from deploy.bench.measure import Clocked, Tally
from deploy.bench.processes import resident_mib
from deploy.bench.script import KINDS, SIX_TURNS, Talk
from deploy.bench.sides import Up
from deploy.running import Tell

LONG_TURNS = 1_000

READY = Figure("start to ready, second start", "s")
IDLE = Figure("resident memory when ready", "MiB", digits=0)
EARLY = Figure("turn 7 to 12 of a conversation, mean", "ms")
LATE = Figure("turn 1,000 and after, mean", "ms")
GROWTH = Figure("turn 1,000 ÷ turn 10", "", digits=2, compared=False)
LOADED = Figure("resident memory after all this", "MiB", digits=0)

Side = Callable[[], AbstractAsyncContextManager[Up]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    starts: int  # timed starts of each side, after one that is not
    rounds: int
    turns: int  # measured turns of each kind, line and round
    load_s: float  # length of each load, seconds
    at_once: Sequence[int]  # conversations
    long_s: float  # patience with the long conversation, seconds
    long_chats: int  # chats measured at its end


FULL = Plan(starts=2, rounds=5, turns=60, load_s=8.0, at_once=(1, 8, 32), long_s=240.0, long_chats=9)
QUICK = Plan(starts=1, rounds=2, turns=25, load_s=4.0, at_once=(1, 8, 32), long_s=30.0, long_chats=5)


@dataclass(slots=True)
class Run:
    """One run and what it found."""

    plan: Plan
    tell: Tell
    results: Results = field(default_factory=Results)
    tallies: dict[Line, Tally] = field(default_factory=lambda: {line: Tally() for line in Line})
    long_turns: dict[Line, int] = field(default_factory=dict)  # how far the long conversation went

    async def all(self, sides: Mapping[Line, Side]) -> None:
        """Everything. `sides` are the house's and stock's."""
        await self._starts(sides)
        async with sides[Line.HOUSE]() as ours, sides[Line.STOCK]() as other:
            ups = {Line.HOUSE: ours, Line.STOCK: other}
            for line, up in ups.items():
                self.results.add(READY, line, up.start_s)
                self.results.add(IDLE, line, resident_mib(up.pids))
            clocked = {
                line: Clocked(speaker, self.tallies[line])
                for up in ups.values()
                for line, speaker in up.speakers.items()
            }
            await self._warm_up(clocked)
            await self._rounds(clocked)
            await self._long(clocked)
            for line, up in ups.items():
                self.results.add(LOADED, line, resident_mib(up.pids))

    async def _starts(self, sides: Mapping[Line, Side]) -> None:
        """Start and stop in turns; the first start of each makes files and fills caches and is not counted."""
        for number in range(self.plan.starts):
            for line, side in sides.items():
                self.tell(f"启动 {line} … · starting {line} …")
                async with side() as up:
                    if number:
                        self.results.add(READY, line, up.start_s)

    async def _warm_up(self, clocked: Mapping[Line, Clocked]) -> None:
        for line in clocked.values():
            for talk in (*KINDS, SIX_TURNS):
                await line.latencies_ms(talk, 10)

    async def _rounds(self, clocked: Mapping[Line, Clocked]) -> None:
        for number in range(self.plan.rounds):
            self.tell(f"第 {number + 1}/{self.plan.rounds} 轮 · round {number + 1} of {self.plan.rounds}")
            for talk in KINDS:
                for line, speaker in clocked.items():
                    self._note_turns(talk, line, await speaker.latencies_ms(talk, self.plan.turns))
            for conversations in self.plan.at_once:
                figure = Figure(f"six-turn chat, {conversations} at once", "turns/s", more_is_better=True)
                for line, speaker in clocked.items():
                    rate = await speaker.turns_per_second(conversations, self.plan.load_s)
                    self.results.add(figure, line, rate)

    def _note_turns(self, talk: Talk, line: Line, spent_ms: Sequence[float]) -> None:
        self.results.add(Figure(f"turn {talk.name}, median", "ms"), line, percentile(spent_ms, 0.5))
        self.results.add(Figure(f"turn {talk.name}, p95", "ms"), line, percentile(spent_ms, 0.95))

    async def _long(self, clocked: Mapping[Line, Clocked]) -> None:
        """One conversation of a thousand turns, or as many as patience allows; its end beside short ones."""
        for line, speaker in clocked.items():
            self.tell(f"长对话 {line} … · a long conversation with {line} …")
            found = await speaker.long_talk(LONG_TURNS, self.plan.long_s, self.plan.long_chats)
            self.long_turns[line] = found.turns
            early, late = median(found.early_ms), median(found.late_ms)
            for figure, value in ((EARLY, early), (LATE, late), (GROWTH, late / early)):
                self.results.add(figure, line, value)
