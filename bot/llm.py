"""The model: any OpenAI-compatible server, vLLM first. It writes words; facts come from the passages it is given."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from openai import AsyncOpenAI, OpenAIError
from openai.types.chat import ChatCompletionMessageParam

from bot.errors import ModelUnavailable

log = logging.getLogger(__name__)

ANSWER_TOKENS = 600


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

    def stream(self, messages: Sequence[ChatCompletionMessageParam]) -> AsyncIterator[str]:
        """Pieces of text as they come. Raises ModelUnavailable."""


class OpenAiLlm:
    """Over the OpenAI protocol."""

    def __init__(self, where: LlmAt) -> None:
        self._where = where
        # No hidden retries: when it is slow, the passages answer.
        self._client = AsyncOpenAI(base_url=where.base_url, api_key=where.api_key, timeout=where.total_s, max_retries=0)

    async def stream(self, messages: Sequence[ChatCompletionMessageParam]) -> AsyncIterator[str]:
        """Pieces of text as they come. Leaving early closes the connection, and vLLM stops working on it."""
        try:
            async with asyncio.timeout(self._where.total_s):
                answer = await asyncio.wait_for(self._ask(messages), self._where.first_token_s)
                async with answer:
                    async for chunk in answer:
                        if chunk.choices and (piece := chunk.choices[0].delta.content):
                            yield piece
        except (OpenAIError, TimeoutError, OSError, ValueError) as error:
            log.warning("model failed", extra={"action": "model_failed", "error": type(error).__name__})
            raise ModelUnavailable(type(error).__name__) from error

    async def models(self) -> list[str]:
        """Names of the models served. Raises ModelUnavailable."""
        try:
            return [model.id async for model in self._client.models.list()]
        except (OpenAIError, OSError, ValueError) as error:
            raise ModelUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, messages: Sequence[ChatCompletionMessageParam]):  # type: ignore[no-untyped-def]
        return await self._client.chat.completions.create(
            model=self._where.model, messages=list(messages), stream=True, temperature=0.2, max_tokens=ANSWER_TOKENS
        )
