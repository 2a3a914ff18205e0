"""`make bench-answers`: that its figures would tell when something is wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.llm import LlmAt, OpenAiLlm, Tokens
from bot.spending import Spent
from deploy.bench.answers import lying, overhead, screening
from deploy.bench.answers.lies import Kind
from deploy.bench.answers.overhead import House, Said
from deploy.bench.answers.paced import MODEL, Pace, PacedModel, Written, serving
from deploy.bench.answers.table import Row, table
from knowledge.passages import load_passages
from knowledge.yamlfile import DATA

PACE = Pace(first_s=0.01, piece_s=0.002)
SLOW_S = 0.08
ASKED = {"stream": True, "messages": []}
SAID = Said("头晕要紧吗", "头晕怎么办", "多喝水[1]。站起来要慢[1]。")


def test_the_table_names_a_part_once() -> None:
    rows = [Row("a", "one", "1", "< 2"), Row("a", "two", "2"), Row("b", "three", "3")]
    lines = table(rows, "Model X.", ["a note"]).splitlines()
    assert lines[4:7] == ["| a | one | 1 | < 2 |", "|  | two | 2 |  |", "| b | three | 3 |  |"]
    assert lines[-1] == "- a note"


# — screening —


def test_a_miss_and_a_false_alarm_are_both_told(tmp_path: Path) -> None:
    file = tmp_path / "set.yml"
    file.write_text(
        "dangerous: {chest: [胸口痛, 心口闷], bleeding: [血止不住]}\nharmless: {talk: [早, 血型], other: [好]}\n"
    )
    found = screening.screened(screening.read_sentences(file), lambda text: "胸" in text or "血" in text)
    assert found.caught == {"chest": 1, "bleeding": 1} and found.false_alarms == 1
    assert len(found.took_us) == 6
    shown = {row.name: row.value for row in screening.rows([found])}
    assert shown["set: dangerous ones caught, of 3"] == "66.67%"
    assert shown["set: least caught"] == "chest 50%"
    assert shown["set: false alarms, of 3 harmless ones"] == "33.33%"


def test_json_lines_are_harmless_messages(tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    file.write_text('{"text": "早"}\n\n{"text": "好"}\n')
    found = screening.read_sentences(file)
    assert (found.name, found.dangerous, list(found.harmless)) == ("talk", {}, ["早", "好"])


def test_our_own_screening_is_what_is_measured() -> None:
    alarms = screening.our_screening()
    assert alarms("我胸口剧痛，喘不上气，出冷汗") and not alarms("请问门诊几点开门")


# — the model that lies —


def test_lies_that_got_through_are_told_apart_from_truths_that_did_not() -> None:
    kinds = [
        Kind(True, "verbatim", False, 20, 19, ("x",)), Kind(False, "swapped unit", False, 10, 2, ("y",)),
        Kind(False, "swapped unit", True, 5, 0, ()), Kind(True, "verbatim", True, 4, 4, ()),
    ]  # fmt: skip
    values = [row.value for row in lying.rows(kinds, 7)]
    assert values == ["2", "5.0%", "0", "0.0%", "swapped unit 2 of 10 released, verbatim 1 of 20 dropped"]


# — overhead —


def test_words_are_cut_into_pieces_and_none_is_lost() -> None:
    model = PacedModel(PACE, "{}")
    model.says(SAID.answer)
    assert "".join(model.pieces) == SAID.answer
    assert {len(piece) for piece in model.pieces} <= {1, 2} and all(model.pieces)


def test_a_sentence_is_complete_with_its_last_character() -> None:
    written = Written(0.0, [(1.0, "多喝"), (2.0, "水。"), (3.0, "站")])
    assert [written.when_complete(length) for length in (2, 3, 4, 5)] == [1.0, 2.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="5 characters"):
        written.when_complete(6)


async def test_the_paced_model_speaks_as_our_client_hears_and_keeps_its_pace() -> None:
    model = PacedModel(PACE, '{"command": "none"}')
    model.says(SAID.answer)
    async with serving(model) as address:
        llm, spent = OpenAiLlm(LlmAt(address, MODEL, "none", 5, 5)), Tokens()
        asked = [{"role": "user", "content": "六个字的问题"}]
        heard = [piece async for piece in llm.stream(asked, spent)]
        chosen = await llm.choose(asked, {"type": "object"})
        await llm.close()
    assert heard == list(model.pieces) and chosen == {"command": "none"}
    assert (spent.prompt, spent.completion) == (4, len(model.pieces)) and model.choices == 1
    (written,) = model.answers
    assert written.pieces[0][0] - written.began >= PACE.first_s
    assert written.pieces[-1][0] - written.began >= PACE.first_s + (len(model.pieces) - 1) * PACE.piece_s


async def test_what_a_house_adds_is_seen() -> None:
    """A house that passes the first sentence on late, and everything later still."""
    model = PacedModel(PACE, "{}")
    async with serving(model) as address, slow_house(address) as house:
        found = await overhead.measure(house, model, address, [SAID] * 5, warm=1)
    for way in (found.endpoint, found.gateway):
        assert way.left_out == [] and len(way.first_ms) == 4 and min(way.first_ms) >= SLOW_S * 1_000 * 0.9
        assert way.added(way.tokens_s) * sum(way.direct_s) >= 4 * 2 * SLOW_S * 0.9
        assert all(0 <= ms < SLOW_S * 1_000 for ms in way.before_ms) and way.added(way.whole_s) > 1
    names = [row.name for row in overhead.rows(found)]
    assert len(names) == 8 and "4 of 4 questions" in names[0]


async def test_a_question_that_no_model_answers_is_left_out() -> None:
    model = PacedModel(PACE, "{}")
    async with serving(model) as address, slow_house("") as house:
        found = await overhead.measure(house, model, address, [SAID] * 2, warm=0)
    assert found.endpoint.left_out == [SAID.endpoint] * 2 and not found.endpoint.whole_s
    assert found.gateway.left_out == [SAID.gateway] * 2


def test_the_model_says_passages_with_citations() -> None:
    passages = load_passages(DATA)
    said = list(overhead.scripts(passages, 10))
    assert len(said) == 10 and len({one.endpoint for one in said}) == 10
    for one in said:
        passage = next(each for each in passages if one.endpoint in each.asked_as and one.gateway in each.asked_as)
        assert one.answer.replace("[1]", "") in passage.text and 1 <= one.answer.count("[1]") <= 4


def test_an_answer_costs_what_the_house_has_noted() -> None:
    spent = [Spent(datetime.now(UTC).date(), "main", 4, 2_000, 400, Decimal("0.0024"))]
    values = [row.value for row in overhead.cost_rows(spent, "0.8/2")]
    assert values == ["500 / 100", "0.60"]
    assert list(overhead.cost_rows([], "0.8/2")) == []


class SlowHouse:
    """Its endpoint and gateway ask the model, where it has an address, and take their time."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._told: asyncio.Queue[None] = asyncio.Queue()

    async def endpoint(self, request: web.Request) -> web.StreamResponse:
        """`POST /ask`."""
        assert request.headers["Authorization"] == "Bearer secret"
        response = web.StreamResponse()
        await response.prepare(request)
        async for _ in self._ask():
            await response.write('event: sentence\ndata: {"text": "多喝水。"}\n\n'.encode())
        await response.write(b'event: done\ndata: {"route": "model"}\n\n')
        return response

    async def message(self, _request: web.Request) -> web.Response:
        """A person's message."""
        async for _ in self._ask():
            self._told.put_nowait(None)
        return web.json_response({})

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """The page's events."""
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b": hello\n\n")
        await self._told.get()
        await response.write(b"event: delta\ndata: {}\n\n")
        return response

    async def conversation(self, _request: web.Request) -> web.Response:
        """A new one."""
        return web.json_response({"conversation": "c"}, status=201)

    async def _ask(self) -> AsyncIterator[None]:
        """Yields, late, when the model has finished its first sentence; ends, late, when it has finished."""
        if not self._address:
            return
        async with ClientSession() as http, http.post(f"{self._address}/chat/completions", json=ASKED) as response:
            async for line in response.content:
                if "。" in line.decode():
                    break
            await asyncio.sleep(SLOW_S)
            yield
            await response.read()
            await asyncio.sleep(SLOW_S)


@asynccontextmanager
async def slow_house(address: str) -> AsyncIterator[House]:
    """The house for the time of the block."""
    slow, app = SlowHouse(address), web.Application()
    app.add_routes([
        web.post("/ask", slow.endpoint), web.post("/api/v1/messages", slow.message),
        web.get("/api/v1/events", slow.watch), web.post("/api/v1/conversations", slow.conversation),
    ])  # fmt: skip
    async with TestServer(app) as server, ClientSession() as http:
        url = str(server.make_url("")).rstrip("/")
        yield House(http, url, url, "secret", "demo")
