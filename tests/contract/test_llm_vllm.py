"""vLLM itself, where XINGLIN_TEST_VLLM_URL names a server started by deploy/vllm/try-on-cpu: what docs/models.md says.

The suite that every model server must pass is test_llm.py; here is what is vLLM's own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from bot.errors import ModelUnavailable
from bot.llm import LlmAt, OpenAiLlm
from tests.llm_servers import Vllm, vllm

pytestmark = pytest.mark.contract

Said = Sequence[Mapping[str, str]]
HELLO: Said = [{"role": "user", "content": "你好"}]
LONG_RULES = "只说资料里有的，每句话写出依据。不开药，不改剂量，不下诊断。" * 20
WATCHED = [
    "num_requests_running", "num_requests_waiting", "kv_cache_usage_perc", "num_preemptions_total",
    "prefix_cache_queries_total", "prefix_cache_hits_total", "prompt_tokens_total", "generation_tokens_total",
    "time_to_first_token_seconds_count", "time_to_first_token_seconds_sum", "inter_token_latency_seconds_sum",
    "request_queue_time_seconds_sum", "e2e_request_latency_seconds_sum", "request_success_total",
    "admission_rejections_total",
]  # fmt: skip
AT_ONCE = 30
"""More questions than the server was told to hold."""


@pytest.fixture
def server() -> Vllm:
    """The server that was named."""
    return vllm()


@pytest.fixture
async def llm(server: Vllm) -> AsyncIterator[OpenAiLlm]:
    """Our client."""
    found = OpenAiLlm(LlmAt(server.base_url, server.model, server.api_key, first_token_s=60, total_s=60))
    yield found
    await found.close()


async def first_words(llm: OpenAiLlm, said: Said) -> str:
    stream = llm.stream(said)
    try:
        return await anext(stream)
    finally:
        await stream.aclose()


async def raw(server: Vllm, **asked: Any) -> Any:
    """What it answers to a question that our client would not put like this."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=server.base_url, api_key=server.api_key, max_retries=0) as openai:
        return await openai.chat.completions.create(**{"model": server.model, "messages": HELLO, **asked})


async def refusal(server: Vllm, **asked: Any) -> tuple[int, str]:
    """Status and words of a refusal."""
    from openai import APIStatusError

    with pytest.raises(APIStatusError) as caught:
        await raw(server, **asked)
    assert isinstance(caught.value.body, dict)
    return caught.value.status_code, str(caught.value.body["message"])


@pytest.mark.parametrize("name", WATCHED)
def test_what_operators_are_told_to_watch_is_measured(server: Vllm, name: str) -> None:
    assert server.measured(name) >= 0


async def test_the_rules_of_a_prompt_are_read_once(server: Vllm, llm: OpenAiLlm) -> None:
    rules = {"role": "system", "content": LONG_RULES}
    await first_words(llm, [rules, {"role": "user", "content": "抽血前能喝水吗"}])
    before = server.measured("prefix_cache_hits_total")
    await first_words(llm, [rules, {"role": "user", "content": "胃镜前能吃饭吗"}])
    assert server.measured("prefix_cache_hits_total") - before >= 128


async def test_more_than_it_may_hold_is_refused_at_once(server: Vllm, llm: OpenAiLlm) -> None:
    before, began = server.measured("admission_rejections_total"), time.monotonic()
    taken = await asyncio.gather(*(first_words(llm, HELLO) for _ in range(AT_ONCE)), return_exceptions=True)
    refused = [each for each in taken if isinstance(each, ModelUnavailable)]
    assert 0 < len(refused) < AT_ONCE and all(isinstance(each, str | ModelUnavailable) for each in taken)
    assert server.measured("admission_rejections_total") - before == len(refused)
    assert time.monotonic() - began < 20
    assert await first_words(llm, HELLO)


async def test_refusals_say_why(server: Vllm) -> None:
    status, words = await refusal(server, model="another")
    assert status == 404 and server.model in words
    status, words = await refusal(server, messages=[])
    assert status == 400 and "message" in words
    status, words = await refusal(server, messages=[{"role": "user", "content": "头晕怎么办？" * 5_000}])
    assert status == 400 and "maximum context length" in words
    status, words = await refusal(server, max_tokens=100_000)
    assert status == 400 and "max_tokens" in words


async def test_the_old_fields_for_choices_are_silently_ignored(server: Vllm) -> None:
    old = await raw(server, max_tokens=8, extra_body={"guided_choice": ["是", "否"]})
    new = await raw(server, max_tokens=8, extra_body={"structured_outputs": {"choice": ["是", "否"]}})
    assert new.choices[0].message.content in ("是", "否")
    assert old.choices[0].message.content not in ("是", "否")


async def test_no_tokens_are_spent_on_blanks_between_the_parts_of_an_object(server: Vllm, llm: OpenAiLlm) -> None:
    yes_or_no = {
        "type": "object",
        "properties": {"said": {"enum": ["yes", "no"]}},
        "required": ["said"],
        "additionalProperties": False,
    }
    before = server.written()
    for _ in range(3):
        assert (await llm.choose(HELLO, yes_or_no))["said"] in ("yes", "no")
    await asyncio.sleep(0.5)
    assert server.written() - before < 3 * 25
