"""Every way in which a model server fails is ModelUnavailable, in time, and nobody asks again behind the scenes."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager

import pytest

from bot.errors import ModelUnavailable
from bot.llm import LlmAt, OpenAiLlm, Tokens
from tests.llm_servers import MODEL_NAME, StandIn, stand_in
from tests.llm_stand_in import PROMPT_TOKENS

pytestmark = pytest.mark.contract

QUESTION = [{"role": "system", "content": "只说资料里有的。"}, {"role": "user", "content": "抽血前能喝水吗"}]
SCHEMA = {
    "type": "object",
    "properties": {"command": {"enum": ["book", "cancel"]}},
    "required": ["command"],
    "additionalProperties": False,
}
REFUSALS = ["401", "404", "429", "500", "503"]
BROKEN = [*REFUSALS, "page", "garbage", "error", "drop", "length", "blank"]
SILENT = ["hang", "mute"]


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A server that misbehaves."""
    with stand_in() as found:
        yield found


@asynccontextmanager
async def client(base_url: str, first_token_s: float = 30, total_s: float = 30) -> AsyncIterator[OpenAiLlm]:
    llm = OpenAiLlm(LlmAt(base_url, MODEL_NAME, "none", first_token_s, total_s))
    try:
        yield llm
    finally:
        await llm.close()


async def heard(llm: OpenAiLlm, spent: Tokens | None = None) -> list[str]:
    return [piece async for piece in llm.stream(QUESTION, spent)]


async def heard_until_it_breaks(llm: OpenAiLlm) -> list[str]:
    """What was heard before the server failed; it must fail."""
    got: list[str] = []
    try:
        async for piece in llm.stream(QUESTION):
            got.append(piece)
    except ModelUnavailable:
        return got
    raise AssertionError("nobody said that the answer is broken")


async def is_left(server: StandIn) -> bool:
    return await asyncio.to_thread(server.left.wait, 5)


async def test_what_is_said_arrives_unchanged(server: StandIn) -> None:
    server.will("answer", "多喝", "水。", "", "[1]\n")
    async with client(server.base_url) as llm:
        assert await heard(llm) == ["多喝", "水。", "[1]\n"]
    asked = server.asked()
    assert asked["model"] == MODEL_NAME and asked["stream"] is True and asked["messages"] == QUESTION
    assert server.keys == ["Bearer none"]


async def test_the_servers_own_count_is_taken(server: StandIn) -> None:
    server.will("answer", "多喝", "水。")
    async with client(server.base_url) as llm:
        streamed, chosen = Tokens(), Tokens()
        await heard(llm, streamed)
        server.will("answer", '{"command": "book"}')
        assert await llm.choose(QUESTION, SCHEMA, chosen) == {"command": "book"}
    assert streamed == Tokens(PROMPT_TOKENS, 2) and chosen == Tokens(PROMPT_TOKENS, 1)
    assert server.asked()["response_format"]["json_schema"]["schema"] == SCHEMA


async def test_an_answer_without_words_is_no_failure(server: StandIn) -> None:
    server.will("answer")
    async with client(server.base_url) as llm:
        assert await heard(llm) == []


@pytest.mark.parametrize("behaviour", [*BROKEN, "cut"])
async def test_every_failure_of_an_answer_is_unavailable(server: StandIn, behaviour: str) -> None:
    server.will(behaviour, "多喝")
    began = time.monotonic()
    async with client(server.base_url) as llm:
        await heard_until_it_breaks(llm)
    assert len(server.questions) == 1, "asked again behind the scenes"
    assert time.monotonic() - began < 10, "waited as long as the server said"


@pytest.mark.parametrize("behaviour", BROKEN)
async def test_every_failure_of_a_choice_is_unavailable(server: StandIn, behaviour: str) -> None:
    server.will(behaviour, '{"command": "book"}')
    async with client(server.base_url) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.choose(QUESTION, SCHEMA)
    assert len(server.questions) == 1, "asked again behind the scenes"


@pytest.mark.parametrize(
    "words",
    [
        "", "预约", "null", "[]", '"book"', "{}", '{"command": "delete"}', '{"command": null}', '{"command": "book"',
        '{"command": "book", "for": "everybody"}', '```json\n{"command": "book"}\n```', "NaN",
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(server: StandIn, words: str) -> None:
    server.will("answer", words)
    async with client(server.base_url) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.choose(QUESTION, SCHEMA)


@pytest.mark.parametrize("behaviour", ["drop", "cut", "length", "error"])
async def test_what_came_before_the_break_is_not_lost(server: StandIn, behaviour: str) -> None:
    server.will(behaviour, "多喝", "水")
    async with client(server.base_url) as llm:
        assert await heard_until_it_breaks(llm) == ["多喝", "水"]


@pytest.mark.parametrize("behaviour", SILENT)
async def test_one_who_says_nothing_is_left_in_time(server: StandIn, behaviour: str) -> None:
    server.will(behaviour)
    began = time.monotonic()
    async with client(server.base_url, first_token_s=0.3) as llm:
        assert await heard_until_it_breaks(llm) == []
        assert time.monotonic() - began < 5
        assert await is_left(server), "the connection was kept"


@pytest.mark.parametrize("behaviour", [*SILENT, "stall", "slow", "endless"])
async def test_a_choice_that_does_not_come_is_given_up_in_time(server: StandIn, behaviour: str) -> None:
    server.will(behaviour, "{")
    began = time.monotonic()
    async with client(server.base_url, first_token_s=0.3) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.choose(QUESTION, SCHEMA)
        assert time.monotonic() - began < 5
        assert await is_left(server), "the connection was kept"


@pytest.mark.parametrize("behaviour", ["stall", "slow", "endless"])
async def test_one_who_does_not_end_is_left_in_time(server: StandIn, behaviour: str) -> None:
    server.will(behaviour, "多喝", "水")
    began = time.monotonic()
    async with client(server.base_url, total_s=0.5) as llm:
        assert (await heard_until_it_breaks(llm))[0] == "多喝"
        assert time.monotonic() - began < 5
        assert await is_left(server), "the connection was kept"


async def test_slow_words_within_the_time_are_heard_to_the_end(server: StandIn) -> None:
    server.will("slow", "多", "喝")
    async with client(server.base_url, first_token_s=0.5) as llm:
        assert await heard(llm) == ["多", "喝"]


async def test_leaving_early_closes_the_connection(server: StandIn) -> None:
    server.will("endless", "水")
    async with client(server.base_url) as llm:
        async with aclosing(llm.stream(QUESTION)) as pieces:
            assert [await anext(pieces) for _ in range(3)] == ["水"] * 3
        assert await is_left(server), "the connection was kept"


@pytest.mark.parametrize("behaviour", REFUSALS)
async def test_models_that_are_not_told_are_unavailable(server: StandIn, behaviour: str) -> None:
    server.will(behaviour)
    async with client(server.base_url) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.models()


async def test_a_server_that_is_not_there_is_unavailable(free_port: int) -> None:
    async with client(f"http://127.0.0.1:{free_port}/v1") as llm:
        assert await heard_until_it_breaks(llm) == []
        with pytest.raises(ModelUnavailable):
            await llm.choose(QUESTION, SCHEMA)
        with pytest.raises(ModelUnavailable):
            await llm.models()


async def test_a_failure_does_not_outlast_itself(server: StandIn) -> None:
    async with client(server.base_url, first_token_s=0.3) as llm:
        for behaviour in ("500", "drop", "hang", "garbage"):
            server.will(behaviour, "多喝")
            await heard_until_it_breaks(llm)
        server.will("answer", "多喝", "水")
        assert await heard(llm) == ["多喝", "水"]
