"""Speaks and takes the time."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from deploy.bench.script import SIX_TURNS, Step, Talk
from deploy.bench.speakers import Speaker


@dataclass(slots=True)
class Tally:
    """How many turns were answered, and which were not answered as meant."""

    turns: int = 0
    missed: Counter[str] = field(default_factory=Counter)  # by sentence

    @property
    def right(self) -> float:
        """The share answered as meant."""
        return 1 - self.missed.total() / self.turns if self.turns else 0.0


@dataclass(frozen=True, slots=True)
class Clocked:
    """A line under the clock."""

    speaker: Speaker
    tally: Tally

    async def turn_ms(self, conversation: str, step: Step) -> float:
        """One turn; milliseconds until its answer was here."""
        began = time.perf_counter()
        answer = await self.speaker.say(conversation, step.said)
        spent = (time.perf_counter() - began) * 1_000
        self.tally.turns += 1
        if step.answered not in answer:
            self.tally.missed[step.said] += 1
        return spent

    async def talk_ms(self, talk: Talk) -> list[float]:
        """One new conversation; milliseconds of its measured turns."""
        conversation = await self.speaker.fresh()
        spent = [(step.measured, await self.turn_ms(conversation, step)) for step in talk.steps]
        return [ms for measured, ms in spent if measured]

    async def latencies_ms(self, talk: Talk, turns: int) -> list[float]:
        """At one conversation after another, until so many measured turns are done."""
        spent: list[float] = []
        while len(spent) < turns:
            spent += await self.talk_ms(talk)
        return spent

    async def turns_per_second(self, conversations: int, seconds: float) -> float:
        """The six-turn chat at so many conversations at once. Turns under way when the time is over are finished."""
        began = time.perf_counter()

        async def person() -> int:
            done, conversation = 0, ""
            while time.perf_counter() - began < seconds:
                step = SIX_TURNS.steps[done % len(SIX_TURNS.steps)]
                conversation = await self.speaker.fresh() if step is SIX_TURNS.steps[0] else conversation
                await self.turn_ms(conversation, step)
                done += 1
            return done

        done = await asyncio.gather(*(person() for _ in range(conversations)))
        return sum(done) / (time.perf_counter() - began)

    async def long_talk_ms(self, turns: int, patience_s: float) -> list[float]:
        """The six-turn chat again and again in one conversation: milliseconds of every turn, in whole chats.

        Ends after `turns`, or with the chat during which patience ran out.
        """
        conversation = await self.speaker.fresh()
        spent: list[float] = []
        end = time.perf_counter() + patience_s
        while len(spent) < turns and time.perf_counter() < end:
            spent += [await self.turn_ms(conversation, step) for step in SIX_TURNS.steps]
        return spent
