"""The wire out: calls of Chatwoot's Application API (developers.chatwoot.com/api-reference)."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import SecretStr

from bot.errors import XinglinError
from connectors.chatwoot import codec
from connectors.chatwoot.codec import Chat, Post, Remark

log = logging.getLogger(__name__)

TIMEOUT: Final = ClientTimeout(total=10, sock_connect=3)  # seconds
NO_ANSWER = 0
PAGE = 100  # messages that one list with `after` holds (Chatwoot's app/finders/message_finder.rb)


class ChatwootRefused(XinglinError):
    """Chatwoot 没有接受这次请求。"""

    status = 502

    def __init__(self, code: int, what: str = "") -> None:
        """The detail is the number and our own words: Chatwoot's may repeat what was sent."""
        super().__init__(f"{code} {what}".strip())
        self.code = code  # HTTP status, or NO_ANSWER

    @property
    def everywhere(self) -> bool:
        """Whether the next call would fare no better: no answer, wrong token, too many, broken."""
        return self.code in (NO_ANSWER, 401, 403, 429) or self.code >= 500


@dataclass(frozen=True, slots=True)
class ChatwootClient:
    """One API inbox of one account. The session belongs to whoever made it."""

    base_url: str  # such as https://chat.example-hospital.cn, without a slash at the end
    account: int
    inbox: int
    token: SecretStr
    http: ClientSession
    timeout: ClientTimeout = TIMEOUT

    async def contact(self, name: str, identifier: str) -> int:
        """The contact with our identifier; made when there is none. Raises ChatwootRefused."""
        found = await self._call("GET", "/contacts/search", query={"q": identifier, "include_contact_inboxes": "false"})
        for each in _rows(found):
            if each.get("identifier") == identifier:
                return int(each["id"])
        body = {"inbox_id": self.inbox, "name": name, "identifier": identifier, "source_id": identifier}
        made = await self._call("POST", "/contacts", body)
        try:
            return int(made["payload"]["contact"]["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise ChatwootRefused(NO_ANSWER, "no contact") from error

    async def chat_of(self, contact: int, identifier: str) -> Chat:
        """The contact's newest chat in our inbox; made when there is none. Raises ChatwootRefused."""
        found = [_chat(each) for each in _rows(await self._call("GET", f"/contacts/{contact}/conversations"))]
        mine = [each for each in found if each.inbox == self.inbox]
        if mine:
            return max(mine, key=lambda each: each.id)
        body = {"source_id": identifier, "inbox_id": self.inbox, "contact_id": contact, "status": "open"}
        return _chat(await self._call("POST", "/conversations", body))

    async def chat(self, number: int) -> Chat:
        """A chat as it stands. Raises ChatwootRefused."""
        return _chat(await self._call("GET", f"/conversations/{number}"))

    async def remarks(self, number: int, after: int | None) -> Sequence[Remark]:
        """Up to PAGE messages with higher ids, oldest first; None: the newest few. Raises ChatwootRefused."""
        query = {} if after is None else {"after": str(after)}
        page = _rows(await self._call("GET", f"/conversations/{number}/messages", query=query))
        try:
            return sorted(map(codec.remark, page), key=lambda each: each.id)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise ChatwootRefused(NO_ANSWER, "messages not understood") from error

    async def post(self, number: int, post: Post) -> None:
        """Put something of ours there. Raises ChatwootRefused; it may stand there all the same."""
        await self._call("POST", f"/conversations/{number}/messages", post.body)

    async def set_open(self, number: int, *, is_open: bool) -> None:
        """Open or resolve a chat. Raises ChatwootRefused."""
        status = "open" if is_open else "resolved"
        await self._call("POST", f"/conversations/{number}/toggle_status", {"status": status})

    async def call_urgent(self, number: int) -> None:
        """Let it stand before the others. Raises ChatwootRefused."""
        await self._call("POST", f"/conversations/{number}/toggle_priority", {"priority": "urgent"})

    async def report(self, number: int, remark: int, failure: str = "") -> None:
        """Show at an agent's words whether they have arrived. Raises ChatwootRefused.

        API inboxes alone take this (github.com/chatwoot/chatwoot/pull/11387).
        """
        body = {"status": "failed", "external_error": failure} if failure else {"status": "delivered"}
        await self._call("PATCH", f"/conversations/{number}/messages/{remark}", body)

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Any:
        url = f"{self.base_url}/api/v1/accounts/{self.account}{path}"
        headers = {"api_access_token": self.token.get_secret_value()}
        try:
            async with self.http.request(
                method, url, params=query, json=body, headers=headers, timeout=self.timeout, allow_redirects=False
            ) as response:
                content, code = await response.read(), response.status
        except (ClientError, TimeoutError) as error:
            raise ChatwootRefused(NO_ANSWER, type(error).__name__) from error
        if not 200 <= code < 300:
            raise ChatwootRefused(code)
        try:
            return json.loads(content) if content.strip() else {}
        except (ValueError, RecursionError) as error:
            raise ChatwootRefused(NO_ANSWER, "not JSON") from error


def _rows(answer: Any) -> list[Mapping[str, Any]]:
    rows = answer.get("payload") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(each, Mapping) for each in rows):
        raise ChatwootRefused(NO_ANSWER, "no list")
    return rows


def _chat(answer: Any) -> Chat:
    try:
        return codec.chat(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ChatwootRefused(NO_ANSWER, "chat not understood") from error
