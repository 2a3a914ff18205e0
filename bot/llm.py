"""The model: any OpenAI-compatible server, vLLM first. It writes words; facts come from the passages it is given.

`Llm` is what the house asks; `OpenAiLlm` is one server. Which of several servers is asked, and whether the clinic can
still afford it, is decided in `bot/tiers.py`.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bot.errors import ModelUnavailable

log = logging.getLogger(__name__)

ANSWER_TOKENS = 600
CHOICE_TOKENS = 160
SILENCE_S = 10.0  # longest between two pieces of an answer
_CHARACTERS_A_TOKEN = 1.5
"""Of Chinese, about; only where a server does not count."""

Prompt = Sequence[Mapping[str, str]]
"""Messages with `role` (system, user, assistant) and `content`."""
JsonSchema = Mapping[str, Any]


class Task(StrEnum):
    """What a model is asked for; decides which of them is asked."""

    ANSWER = "answer"
    HARD_ANSWER = "hard_answer"  # several passages, a long question, a person with medicines
    RESCUE = "rescue"  # which of our commands is meant
    VOTE = "vote"  # the same answer once more, to be held against the first
    PATIENT = "patient"  # a simulated patient's own words for what he may say
    COMMENT = "comment"  # on how a learner did


@dataclass(frozen=True, slots=True)
class Choosing:
    """How long an object may become, and how it is drawn."""

    tokens: int = CHOICE_TOKENS
    seed: int | None = None  # the same seed, prompt and server: the same object
    total_s: float | None = None  # seconds it may take; None: as long as a first token


SHORT = Choosing()


@dataclass(frozen=True, slots=True)
class Job:
    """For whom and for what a model works."""

    clinic: str
    task: Task
    choosing: Choosing = SHORT


@dataclass(slots=True)
class Tokens:
    """What one call has used, counted while it runs; the server's own count wins."""

    prompt: int = 0
    completion: int = 0


@dataclass(frozen=True, slots=True)
class LlmAt:
    """Where a model is, and how long (seconds) it may take to begin and to end."""

    base_url: str
    model: str
    api_key: str
    first_token_s: float
    total_s: float


class Llm(Protocol):
    """Writes answers and chooses among commands."""

    def stream(self, messages: Prompt, job: Job) -> AsyncGenerator[str]:
        """Pieces of text as they come. Raises ModelUnavailable."""

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        """An object that fits the JSON schema. Raises ModelUnavailable."""


class OpenAiLlm:
    """One server, over the OpenAI protocol."""

    def __init__(self, where: LlmAt) -> None:
        # A second of start and 40 MB, which a house without a model need not spend.
        from openai import AsyncOpenAI, OpenAIError

        self._where = where
        self._failures = (OpenAIError, TimeoutError, OSError, ValueError, ValidationError)
        # No hidden retries: when it is slow, the passages answer.
        self._client = AsyncOpenAI(
            base_url=where.base_url, api_key=where.api_key or "none", timeout=where.total_s, max_retries=0
        )

    async def stream(
        self, messages: Prompt, spent: Tokens | None = None, *, temperature: float = 0.2
    ) -> AsyncGenerator[str]:
        """Pieces of text as they come; `spent` is counted up.

        Leaving early closes the connection, and vLLM stops working on it. Raises ModelUnavailable.
        """
        spent = spent or Tokens()
        spent.prompt = _estimated(messages)
        try:
            async with asyncio.timeout(self._where.total_s):
                answer = await asyncio.wait_for(self._ask(messages, temperature), self._where.first_token_s)
                async with answer:
                    async for piece in self._pieces(answer, spent):
                        yield piece
        except self._failures as error:
            raise _unavailable(error) from error

    async def _pieces(self, answer: AsyncIterator[Any], spent: Tokens) -> AsyncGenerator[str]:
        """Words as they come. Raises TimeoutError for one who falls silent, ValueError for an answer cut off."""
        reason, now = None, asyncio.get_running_loop().time
        # Servers send the head of an answer at once and its first word when they have it.
        async with asyncio.timeout(self._where.first_token_s) as silence:
            async for chunk in answer:
                _count(spent, chunk)
                if not chunk.choices:
                    continue
                reason = chunk.choices[0].finish_reason or reason
                if piece := chunk.choices[0].delta.content:
                    silence.reschedule(now() + SILENCE_S)
                    yield piece
        if reason != "stop":  # the token limit, a proxy, or no answer at all
            raise ValueError("cut off")

    async def choose(
        self, messages: Prompt, schema: JsonSchema, spent: Tokens | None = None, how: Choosing = SHORT
    ) -> Mapping[str, Any]:
        """An object that fits the schema; `spent` is counted up.

        The server is asked to keep to the schema and checked all the same: some ignore it, and some fill the token
        limit with blanks. Raises ModelUnavailable.
        """
        spent = spent or Tokens()
        spent.prompt = _estimated(messages)
        try:
            total_s = how.total_s or self._where.first_token_s
            answer = await asyncio.wait_for(self._ask_for(messages, schema, how), total_s)
            _count(spent, answer)
            return _fitting(answer.choices[0], schema)
        except (*self._failures, IndexError, TypeError, AttributeError) as error:
            raise _unavailable(error) from error

    async def models(self) -> list[str]:
        """Names of the models served. Raises ModelUnavailable."""
        try:
            return [model.id async for model in self._client.models.list()]
        except self._failures as error:
            raise ModelUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _ask(self, messages: Prompt, temperature: float) -> Awaitable[Any]:
        """The stream of chunks."""
        counted = {"include_usage": True}
        return self._create(
            messages, stream=True, stream_options=counted, temperature=temperature, max_tokens=ANSWER_TOKENS
        )

    def _ask_for(self, messages: Prompt, schema: JsonSchema, how: Choosing) -> Awaitable[Any]:
        wanted = {"name": "choice", "schema": dict(schema), "strict": True}
        form = {"type": "json_schema", "json_schema": wanted}
        drawn = {} if how.seed is None else {"seed": how.seed}
        return self._create(messages, response_format=form, temperature=0, max_tokens=how.tokens, **drawn)

    def _create(self, messages: Prompt, **options: Any) -> Awaitable[Any]:
        """openai's types of messages and options are many; the server is the judge of ours."""
        create: Callable[..., Awaitable[Any]] = self._client.chat.completions.create
        return create(model=self._where.model, messages=[dict(message) for message in messages], **options)


def _unavailable(error: Exception) -> ModelUnavailable:
    log.warning("model failed", extra={"action": "model_failed", "error": type(error).__name__})
    return ModelUnavailable(type(error).__name__)


def _estimated(messages: Prompt) -> int:
    return int(sum(len(message["content"]) for message in messages) / _CHARACTERS_A_TOKEN)


def _count(spent: Tokens, answer: Any) -> None:
    """The server's own count, or one token for each piece until it comes."""
    if usage := getattr(answer, "usage", None):
        spent.prompt, spent.completion = int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)
    elif answer.choices:
        spent.completion += 1


def _fitting(choice: Any, schema: JsonSchema) -> Mapping[str, Any]:
    if choice.finish_reason == "length":
        raise ValueError("cut off")
    found = json.loads(choice.message.content)
    Draft202012Validator(schema).validate(found)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found
