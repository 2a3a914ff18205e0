"""What the house may rely on of any model server, whichever it is: llama.cpp, vLLM (where one is named), the stand-in.

Words as they come, or ModelUnavailable; one who leaves stops the work; an object fits its schema or is refused.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import pytest

from bot.errors import ModelUnavailable
from bot.llm import ANSWER_TOKENS, CHOICE_TOKENS, LlmAt, OpenAiLlm, Tokens
from tests.llm_servers import Llama, ModelServer, StandIn, llama, stand_in, vllm

pytestmark = pytest.mark.contract

Said = Sequence[Mapping[str, str]]
GREETING: Said = [{"role": "user", "content": "hi"}]
STORY: Said = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Write a long story about a doctor and a tree."},
]
SCHEMA = {
    "type": "object",
    "properties": {"command": {"enum": ["book", "cancel"]}, "days": {"type": "integer", "minimum": 0, "maximum": 9}},
    "required": ["command", "days"],
    "additionalProperties": False,
}
LONG_LIST = {
    "type": "object",
    "properties": {"days": {"type": "array", "items": {"enum": ["Monday", "Tuesday"]}, "minItems": 200}},
    "required": ["days"],
    "additionalProperties": False,
}
NO_SCHEMA = {"type": "object", "properties": {"command": {"type": "banana"}}, "required": ["command"]}
OBJECT = '{"command": "book", "days": 3}'


@pytest.fixture(scope="module")
def real() -> Iterator[Llama]:
    """llama.cpp."""
    with llama(api_key="a key") as server:
        yield server


@pytest.fixture
def standing_in() -> Iterator[StandIn]:
    """The stand-in, well behaved."""
    with stand_in() as server:
        server.will("answer", "多喝", "水", "。")
        yield server


@pytest.fixture(params=["llama.cpp", "vLLM", "stand-in"])
def server(request: pytest.FixtureRequest) -> ModelServer:
    """Each of them in turn."""
    if request.param == "vLLM":
        return vllm()
    found: ModelServer = request.getfixturevalue("real" if request.param == "llama.cpp" else "standing_in")
    return found


@asynccontextmanager
async def client(at: ModelServer, model: str = "", api_key: str = "") -> AsyncIterator[OpenAiLlm]:
    llm = OpenAiLlm(LlmAt(at.base_url, model or at.model, api_key or at.api_key, first_token_s=60, total_s=60))
    try:
        yield llm
    finally:
        await llm.close()


async def heard(llm: OpenAiLlm, said: Said = GREETING, spent: Tokens | None = None) -> list[str]:
    """The pieces of an answer; noise without end is cut off, and that is said."""
    got: list[str] = []
    with suppress(ModelUnavailable):
        async for piece in llm.stream(said, spent):
            got.append(piece)
    return got


async def refused(llm: OpenAiLlm, said: Said = GREETING) -> None:
    """The question is refused at once, whichever way it is put."""
    with pytest.raises(ModelUnavailable):
        await anext(llm.stream(said))
    with pytest.raises(ModelUnavailable):
        await llm.choose(said, SCHEMA)


async def until(true: Callable[[], bool], why: str) -> None:
    end = time.monotonic() + 10
    while not await asyncio.to_thread(true):
        assert time.monotonic() < end, why
        await asyncio.sleep(0.05)


async def test_words_come_piece_by_piece(server: ModelServer) -> None:
    async with client(server) as llm:
        pieces = await heard(llm)
    assert len(pieces) > 2 and all(pieces)


async def test_what_was_used_is_counted(server: ModelServer) -> None:
    before, spent = server.written(), Tokens()
    async with client(server) as llm:
        pieces = await heard(llm, spent=spent)
    await until(lambda: server.at_work() == 0, "it does not end")
    await until(lambda: server.written() - before == spent.completion, "its count differs from ours")
    assert spent.prompt > 0 and spent.completion >= len(pieces) > 0


async def test_models_are_named(server: ModelServer) -> None:
    async with client(server) as llm:
        assert server.model in await llm.models()


async def test_one_who_leaves_stops_the_work(server: ModelServer) -> None:
    if isinstance(server, StandIn):
        server.will("endless", "水")
    async with client(server) as llm:
        async with aclosing(llm.stream(STORY)) as stream:
            assert all([await anext(stream) for _ in range(3)])
            # Not from the start: noise that is no whole character is held back, at worst until the end.
            written = await asyncio.to_thread(server.written)
        await until(lambda: server.at_work() == 0, "it goes on writing for nobody")
    assert server.written() - written < ANSWER_TOKENS / 4, "it wrote to the end for nobody"


async def test_one_who_gives_up_a_choice_stops_the_work(server: ModelServer) -> None:
    if isinstance(server, StandIn):
        server.will("hang")
    before = server.written()
    async with client(server) as llm:
        choosing = asyncio.create_task(llm.choose(STORY, LONG_LIST))
        await until(lambda: server.at_work() > 0, "it was not asked")
        choosing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await choosing
        await until(lambda: server.at_work() == 0, "it goes on writing for nobody")
    # llama.cpp notices only when it streams; there the token limit ends the work.
    limit = CHOICE_TOKENS + isinstance(server, Llama)
    assert server.written() - before < limit, "it wrote to the end for nobody"


async def test_an_object_fits_its_schema(server: ModelServer) -> None:
    spent = Tokens()
    if isinstance(server, StandIn):
        server.will("answer", OBJECT)
    async with client(server) as llm:
        found = await llm.choose(GREETING, SCHEMA, spent)
    assert set(found) == {"command", "days"} and found["command"] in ("book", "cancel") and 0 <= found["days"] <= 9
    assert spent.prompt > 0 and spent.completion > 0


async def test_an_object_longer_than_the_limit_is_refused(server: ModelServer) -> None:
    if isinstance(server, StandIn):
        server.will("length", '{"days": ["Monday", ')
    async with client(server) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.choose(GREETING, LONG_LIST)


async def test_what_is_no_schema_is_refused(server: ModelServer) -> None:
    async with client(server) as llm:
        with pytest.raises(ModelUnavailable):
            await llm.choose(GREETING, NO_SCHEMA)


async def test_a_question_longer_than_the_context_is_refused_and_the_next_is_answered(server: ModelServer) -> None:
    async with client(server) as llm:
        await refused(llm, [{"role": "user", "content": "一直头晕怎么办？" * 5_000}])
        assert await heard(llm)


async def test_a_wrong_key_is_refused(server: ModelServer) -> None:
    async with client(server, api_key="not this one") as llm:
        await refused(llm)


async def test_a_model_that_is_not_served_is_not_named(server: ModelServer) -> None:
    async with client(server, model="another") as llm:
        assert "another" not in await llm.models()
        if server.knows_names:
            await refused(llm)
        else:
            assert await heard(llm), "llama.cpp answers by what it has: only the list tells"


async def test_a_server_killed_in_mid_answer_is_unavailable() -> None:
    with llama() as server:
        async with client(server) as llm:
            stream = llm.stream(STORY)
            assert [await anext(stream), await anext(stream)]
            server.kill()
            with pytest.raises(ModelUnavailable):
                [piece async for piece in stream]
            await refused(llm)
            with pytest.raises(ModelUnavailable):
                await llm.models()
