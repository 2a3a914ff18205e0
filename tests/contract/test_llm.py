"""What the house may rely on of any model server: words as they come, or ModelUnavailable; leaving early is noticed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import pytest

from bot.errors import ModelUnavailable
from bot.llm import LlmAt, OpenAiLlm
from tests.llm_servers import MODEL_NAME, Llama, StandIn, llama, stand_in

pytestmark = pytest.mark.contract

QUESTION: Sequence[Mapping[str, str]] = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Write a long story about a doctor and a tree."},
]


@pytest.fixture(scope="module")
def real() -> Iterator[Llama]:
    """llama.cpp."""
    with llama() as server:
        yield server


@pytest.fixture
def standing_in() -> Iterator[StandIn]:
    """A server that misbehaves."""
    with stand_in() as server:
        yield server


@asynccontextmanager
async def client(base_url: str, first_token_s: float = 60, total_s: float = 60) -> AsyncIterator[OpenAiLlm]:
    llm = OpenAiLlm(LlmAt(base_url, MODEL_NAME, "none", first_token_s, total_s))
    try:
        yield llm
    finally:
        await llm.close()


async def heard(llm: OpenAiLlm, question: Sequence[Mapping[str, str]] = QUESTION) -> list[str]:
    return [piece async for piece in llm.stream(question)]


async def hear_until_it_breaks(llm: OpenAiLlm, at_second: Callable[[], None]) -> list[str]:
    """What was heard before the server failed; it must fail."""
    got = []
    try:
        async for piece in llm.stream(QUESTION):
            got.append(piece)
            if len(got) == 2:
                at_second()
    except ModelUnavailable:
        return got
    raise AssertionError("nobody said that the answer is broken")


async def leave_after(llm: OpenAiLlm, pieces: int) -> list[str]:
    got: list[str] = []
    async with aclosing(llm.stream(QUESTION)) as stream:  # type: ignore[type-var]
        async for piece in stream:
            got.append(piece)
            if len(got) >= pieces:
                break
    return got


async def test_llama_streams_words_piece_by_piece(real: Llama) -> None:
    before = real.measured("tokens_predicted_total")
    async with client(real.base_url) as llm:
        pieces = await heard(llm, [{"role": "user", "content": "hi"}])
    assert len(pieces) > 2 and all(pieces)
    assert real.measured("tokens_predicted_total") - before >= len(pieces)


async def test_llama_names_its_models(real: Llama) -> None:
    async with client(real.base_url) as llm:
        assert await llm.models()


async def test_llama_stops_working_for_one_who_left(real: Llama) -> None:
    async with client(real.base_url) as llm:
        assert len(await leave_after(llm, 3)) == 3
        end = time.monotonic() + 10
        while real.measured("requests_processing") > 0:
            assert time.monotonic() < end, "it goes on writing for nobody"
            await asyncio.sleep(0.1)


async def test_llama_killed_in_mid_answer_is_unavailable() -> None:
    with llama() as server:
        async with client(server.base_url) as llm:
            assert len(await hear_until_it_breaks(llm, server.kill)) >= 2
            with pytest.raises(ModelUnavailable):
                await heard(llm)
            with pytest.raises(ModelUnavailable):
                await llm.models()


async def test_what_is_said_arrives_unchanged(standing_in: StandIn) -> None:
    standing_in.will("answer", "多喝", "水。", "", "[1]\n")
    async with client(standing_in.base_url) as llm:
        assert await heard(llm) == ["多喝", "水。", "[1]\n"]
    assert MODEL_NAME in standing_in.questions[0] and '"stream":true' in standing_in.questions[0].replace(" ", "")


@pytest.mark.parametrize("behaviour", ["500", "429", "garbage", "drop"])
async def test_every_failure_is_unavailable(standing_in: StandIn, behaviour: str) -> None:
    standing_in.will(behaviour, "多喝")
    async with client(standing_in.base_url) as llm:
        with pytest.raises(ModelUnavailable):
            await heard(llm)
    assert len(standing_in.questions) == 1, "asked again behind the scenes"


async def test_what_came_before_the_break_is_not_lost(standing_in: StandIn) -> None:
    standing_in.will("drop", "多喝", "水")
    async with client(standing_in.base_url) as llm:
        assert await hear_until_it_breaks(llm, lambda: None) == ["多喝", "水"]


async def test_a_page_in_the_place_of_an_answer_says_nothing(standing_in: StandIn) -> None:
    standing_in.will("page")
    async with client(standing_in.base_url) as llm:
        with suppress(ModelUnavailable):
            assert await heard(llm) == []


async def test_one_who_says_nothing_is_left_in_time(standing_in: StandIn) -> None:
    standing_in.will("hang")
    began = time.monotonic()
    async with client(standing_in.base_url, first_token_s=0.3) as llm:
        with pytest.raises(ModelUnavailable):
            await heard(llm)
        assert time.monotonic() - began < 5
        assert await asyncio.to_thread(standing_in.left.wait, 5), "the connection was kept"


async def test_one_who_never_ends_is_left_in_time(standing_in: StandIn) -> None:
    standing_in.will("endless", "水")
    async with client(standing_in.base_url, total_s=0.5) as llm:
        with pytest.raises(ModelUnavailable):
            await heard(llm)
        assert await asyncio.to_thread(standing_in.left.wait, 5), "the connection was kept"


async def test_leaving_early_closes_the_connection(standing_in: StandIn) -> None:
    standing_in.will("endless", "水")
    async with client(standing_in.base_url) as llm:
        assert await leave_after(llm, 3) == ["水"] * 3
        assert await asyncio.to_thread(standing_in.left.wait, 5), "the connection was kept"


async def test_a_server_that_is_not_there_is_unavailable(free_port: int) -> None:
    async with client(f"http://127.0.0.1:{free_port}/v1") as llm:
        with pytest.raises(ModelUnavailable):
            await heard(llm)
        with pytest.raises(ModelUnavailable):
            await llm.models()
