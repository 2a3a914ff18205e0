"""The model: any OpenAI-compatible server, vLLM first. It writes words; facts come from the passages it is given."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import ModelUnavailable

log = logging.getLogger(__name__)

ANSWER_TOKENS = 600
Prompt = Sequence[Mapping[str, str]]
"""Messages with `role` (system, user, assistant) and `content`."""


@dataclass(frozen=True, slots=True)
class LlmAt:
    """Where the model is, and how long (seconds) it may take to begin and to end."""

    base_url: str
    model: str
    api_key: str
    first_token_s: float
    total_s: float


class Llm(Protocol):
    """Writes an answer."""

    def stream(self, messages: Prompt) -> AsyncIterator[str]:
        """Pieces of text as they come. Raises ModelUnavailable."""


class OpenAiLlm:
    """Over the OpenAI protocol."""

    def __init__(self, where: LlmAt) -> None:
        # A second of start and 40 MB, which a house without a model need not spend.
        from openai import AsyncOpenAI, OpenAIError

        self._where = where
        self._failures = (OpenAIError, TimeoutError, OSError, ValueError)
        # No hidden retries: when it is slow, the passages answer.
        self._client = AsyncOpenAI(base_url=where.base_url, api_key=where.api_key, timeout=where.total_s, max_retries=0)

    async def stream(self, messages: Prompt) -> AsyncIterator[str]:
        """Pieces of text as they come. Leaving early closes the connection, and vLLM stops working on it."""
        try:
            async with asyncio.timeout(self._where.total_s):
                answer = await asyncio.wait_for(self._ask(messages), self._where.first_token_s)
                async with answer:
                    async for chunk in answer:
                        if chunk.choices and (piece := chunk.choices[0].delta.content):
                            yield piece
        except self._failures as error:
            log.warning("model failed", extra={"action": "model_failed", "error": type(error).__name__})
            raise ModelUnavailable(type(error).__name__) from error

    async def models(self) -> list[str]:
        """Names of the models served. Raises ModelUnavailable."""
        try:
            return [model.id async for model in self._client.models.list()]
        except self._failures as error:
            raise ModelUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, messages: Prompt) -> Any:
        """The stream of chunks. openai's types of messages are many; the server is the judge of ours."""
        return await self._client.chat.completions.create(
            model=self._where.model,
            messages=[dict(message) for message in messages],  # type: ignore[misc]
            stream=True,
            temperature=0.2,
            max_tokens=ANSWER_TOKENS,
        )
