"""Speaks and takes the time."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from aiohttp import ClientError

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
class LongTalk:
    """What a turn costs in a long conversation: means of whole chats, milliseconds."""

    turns: int  # said before the late ones
    early_ms: list[float] = field(default_factory=list)  # turns 7 to 12
    late_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clocked:
    """A line under the clock."""

    speaker: Speaker
    tally: Tally

    async def turn_ms(self, conversation: str, step: Step) -> float:
        """One turn; milliseconds until its answer, or the failure, was here."""
        began = time.perf_counter()
        try:
            answer = await self.speaker.say(conversation, step.said)
        except (ClientError, TimeoutError):  # told with the figures as a turn not answered as meant
            answer = ""
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

    async def long_talk(self, turns: int, patience_s: float, chats: int) -> LongTalk:
        """The six-turn chat again and again in one conversation, until `turns` are said or patience ran out.

        Then one more chat there and the second chat of a new conversation, in turns and `chats` times: what slows the
        machine down meanwhile slows both.
        """
        long = await self.speaker.fresh()
        said = 0
        end = time.perf_counter() + patience_s
        while said < turns and time.perf_counter() < end:
            await self._chat_ms(long)
            said += len(SIX_TURNS.steps)
        found = LongTalk(said)
        for _ in range(chats):
            short = await self.speaker.fresh()
            await self._chat_ms(short)
            found.early_ms.append(await self._chat_ms(short))
            found.late_ms.append(await self._chat_ms(long))
        return found

    async def _chat_ms(self, conversation: str) -> float:
        """The six turns; milliseconds of a turn, on the average."""
        spent = [await self.turn_ms(conversation, step) for step in SIX_TURNS.steps]
        return sum(spent) / len(spent)
