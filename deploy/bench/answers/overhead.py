"""What the way through our house adds to a model's own time: to its first sentence, and to its whole answer.

Each question is asked three ways in turns, with the same words from the same model: of the model directly, of our
LLM endpoint, and as a person asks through the gateway. What slows the machine down slows all three.
"""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from aiohttp import ClientResponse, ClientSession

from bot.sentences import split_sentences
from bot.spending import Spent
from deploy.bench.answers.paced import MODEL, PacedModel, Written
from deploy.bench.answers.table import Row
from deploy.bench.figures import percentile
from deploy.trouble import Trouble
from knowledge.passages import Passage

_PART, _GATEWAY, _ENDPOINT = "overhead", "through the gateway", "LLM endpoint alone"
WARM = 3
_SENTENCES = 4
"""Of a passage that the model says: the prompt allows it five."""


@dataclass(frozen=True, slots=True)
class House:
    """Where the measured house is."""

    http: ClientSession
    gateway: str
    actions: str
    token: str
    clinic: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says to a question, which our two ways are asked in different words: ours remembers searches."""

    endpoint: str
    gateway: str
    answer: str


@dataclass(frozen=True, slots=True)
class Told:
    """How one question went on our side."""

    first_at: float
    """When the first checked sentence was here (`time.perf_counter`, like the others)."""
    began: float
    ended: float


@dataclass(slots=True)
class Way:
    """One way through our house, over all questions."""

    first_ms: list[float] = field(default_factory=list)
    """From the model's own first sentence to ours."""
    whole_s: list[float] = field(default_factory=list)
    """From the question to the end of the answer."""
    tokens_s: list[float] = field(default_factory=list)
    """Of these, from the moment the model was asked."""
    direct_s: list[float] = field(default_factory=list)
    """The model's own time for the same answer, just before."""
    left_out: list[str] = field(default_factory=list)
    """Questions that no model answers in this house: asked back, or answered by an action."""

    def add(self, told: Told, written: Written, direct_s: float) -> None:
        """Take one question's times."""
        sentence = next(split_sentences(piece for _, piece in written.pieces))
        self.first_ms.append((told.first_at - written.when_complete(len(sentence))) * 1_000)
        self.whole_s.append(told.ended - told.began)
        self.tokens_s.append(told.ended - written.began)
        self.direct_s.append(direct_s)

    def added(self, took_s: Sequence[float]) -> float:
        """The share that is added to the model's own time, over all answers together."""
        return sum(took_s) / sum(self.direct_s) - 1

    @property
    def before_ms(self) -> list[float]:
        """What passes before the model is asked: screening, Rasa, search."""
        return [(whole - tokens) * 1_000 for whole, tokens in zip(self.whole_s, self.tokens_s, strict=True)]


@dataclass(slots=True)
class Overhead:
    """All that was measured."""

    endpoint: Way = field(default_factory=Way)
    gateway: Way = field(default_factory=Way)


def scripts(passages: Sequence[Passage], most: int) -> Iterator[Said]:
    """Questions of passages, each answered in its passage's own words with citations, spread over the passages."""
    able = [one for one in passages if len(one.asked_as) > 1]
    for one in able[:: max(1, len(able) // most)][:most]:
        said = list(split_sentences((one.text,)))[:_SENTENCES]
        yield Said(one.asked_as[0], one.asked_as[1], "".join(f"{each[:-1]}[1]{each[-1]}" for each in said))


async def measure(house: House, model: PacedModel, address: str, said: Sequence[Said], warm: int = WARM) -> Overhead:
    """Ask every question each way; the first `warm` are not counted."""
    found = Overhead()
    for number, one in enumerate(said):
        model.says(one.answer)
        direct_s = await _direct(house.http, address)
        for way, asking, question in (
            (found.endpoint, _of_endpoint, one.endpoint),
            (found.gateway, _of_gateway, one.gateway),
        ):
            heard = await _heard(model, asking(house, question))
            if number < warm:
                continue
            if heard is None:
                way.left_out.append(question)
            else:
                way.add(*heard, direct_s)
    return found


async def events(response: ClientResponse) -> AsyncIterator[tuple[str, str]]:
    """Name and data of server-sent events as they come."""
    name = "message"
    async for line in response.content:
        key, _, value = line.decode().rstrip("\r\n").partition(":")
        if key == "event":
            name = value.strip()
        elif key == "data":
            yield name, value.strip()
            name = "message"


def rows(found: Overhead) -> Iterator[Row]:
    """The figures."""
    for name, way in ((_ENDPOINT, found.endpoint), (_GATEWAY, found.gateway)):
        if not way.whole_s:
            continue
        questions = f"{len(way.whole_s)} of {len(way.whole_s) + len(way.left_out)} questions"
        own = f"{sum(way.direct_s) / len(way.direct_s):.1f} s of the model's own"
        yield Row(
            _PART, f"{name}, {questions}: first checked sentence after the model's own, ms", _both(way.first_ms), "< 50"
        )
        yield Row(_PART, f"{name}: tokens' way, share added to {own}", f"{way.added(way.tokens_s):+.1%}", "≤ +5%")
        yield Row(_PART, f"{name}: before the model is asked, ms", _both(way.before_ms))
        yield Row(_PART, f"{name}: both together, share added to {own}", f"{way.added(way.whole_s):+.1%}")


def _both(values: Sequence[float]) -> str:
    return f"p50 {percentile(values, 0.5):,.0f}, p95 {percentile(values, 0.95):,.0f}"


def cost_rows(spent: Sequence[Spent], price: str) -> Iterator[Row]:
    """Tokens and yuan of an answer, as the house itself has noted them."""
    calls = sum(one.calls for one in spent)
    if not calls:
        return
    read, written = sum(one.prompt_tokens for one in spent), sum(one.completion_tokens for one in spent)
    yield Row(
        _PART,
        f"tokens a call of the model, read / written ({calls} calls)",
        f"{read / calls:,.0f} / {written / calls:,.0f}",
    )
    yuan = sum((one.yuan for one in spent), Decimal(0))
    yield Row(_PART, f"yuan for 1,000 calls, at {price} a million tokens", f"{yuan / calls * 1_000:.2f}")


async def _heard(model: PacedModel, asking: Awaitable[Told | None]) -> tuple[Told, Written] | None:
    """What came, and what the model had written for it; None when it was not asked or nothing of its own came."""
    before = len(model.answers)
    told = await asking
    return (told, model.answers[-1]) if told and len(model.answers) > before else None


async def _direct(http: ClientSession, address: str) -> float:
    body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "…"}]}
    began = time.perf_counter()
    async with http.post(f"{address}/chat/completions", json=body) as response:
        async for _ in events(response):
            pass
    return time.perf_counter() - began


async def _of_endpoint(house: House, question: str) -> Told | None:
    body, token = {"question": question, "clinic": house.clinic}, {"Authorization": f"Bearer {house.token}"}
    began, first_at, route = time.perf_counter(), 0.0, ""
    async with house.http.post(f"{house.actions}/ask", json=body, headers=token) as response:
        async for name, data in events(response):
            if name == "sentence":
                first_at = first_at or time.perf_counter()
            elif name == "done":
                route = json.loads(data)["route"]
    return Told(first_at, began, time.perf_counter()) if route == "model" else None


async def _of_gateway(house: House, question: str) -> Told | None:
    """As the page asks: its events are open, the message is posted, the first piece of an answer is shown."""
    async with house.http.post(f"{house.gateway}/api/v1/conversations", json={}) as response:
        conversation = str((await response.json())["conversation"])
    async with house.http.get(f"{house.gateway}/api/v1/events", params={"conversation": conversation}) as open_events:
        watching = asyncio.ensure_future(_first_delta(open_events))
        began = time.perf_counter()
        body = {"conversation": conversation, "id": uuid.uuid4().hex, "text": question}
        async with house.http.post(f"{house.gateway}/api/v1/messages", json=body) as response:
            await response.json()
        ended = time.perf_counter()
        if not watching.done():
            watching.cancel()
            return None
        return Told(watching.result(), began, ended)


async def _first_delta(response: ClientResponse) -> float:
    async for name, _ in events(response):
        if name == "delta":
            return time.perf_counter()
    raise Trouble("事件流中断了。", "The gateway's event stream ended.")
