"""Calls to Tencent's servers: token put in, errors understood, media both ways.

Every answer is read as JSON whatever content type it claims, for some come as text/plain. The address of a call holds
the token: no error here repeats it.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, ConnectionTimeoutError, FormData
from aiohttp.client_exceptions import ClientConnectorError

from bot.errors import XinglinError
from connectors.tencent.remedies import NO_ANSWER, REMEDIES, TOO_LARGE, UNKNOWN, Advice, Remedy
from connectors.tencent.tokens import TokenHolder

log = logging.getLogger(__name__)

TIMEOUT: Final = ClientTimeout(total=10, sock_connect=3)  # seconds
ANSWER_BYTES = 8 * 1024 * 1024  # a thousand messages of a customer-service pull are the largest answer
CHUNK_BYTES = 64 * 1024
JSON_HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

T = TypeVar("T")
Query = Mapping[str, str]
Count = Callable[[int, Remedy], None]


class ApiRefused(XinglinError):
    """微信接口没有接受这次请求。"""

    status = 502

    def __init__(self, code: int, errmsg: str, advice: Advice, *, maybe_done: bool = False) -> None:
        """The detail is the number alone: Tencent's words may name addresses and people."""
        super().__init__(str(code))
        self.code = code  # Tencent's errcode, or NO_ANSWER or TOO_LARGE
        self.errmsg = errmsg  # Tencent's words, for the operator only
        self.remedy = advice.remedy
        self.words = advice.words  # what the operator should do, Chinese
        self.maybe_done = maybe_done  # no answer came, yet the request may have been taken: repeating may double it


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way to Tencent."""

    name: str
    content: bytes
    content_type: str
    field: str = "media"


@dataclass(frozen=True, slots=True)
class Media:
    """A file from Tencent. Its type and name are claims of the sender."""

    content: bytes
    content_type: str
    name: str  # empty when none was given


@dataclass(frozen=True, slots=True)
class _Taken:
    """One HTTP answer, read whole."""

    status: int
    content: bytes
    content_type: str
    name: str | None


def ignore(_code: int, _remedy: Remedy) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Api:
    """One account's calls. The session belongs to whoever made it."""

    base_url: str  # such as https://api.weixin.qq.com, without a slash at the end
    holder: TokenHolder | None  # None: calls without a token, such as the one that fetches it
    http: ClientSession
    count: Count = ignore  # told of every refusal
    remedies: Mapping[int, Advice] | None = None  # None: WeChat's
    timeout: ClientTimeout = TIMEOUT

    async def call(
        self, path: str, *, body: Mapping[str, Any] | None = None, query: Query | None = None, file: File | None = None
    ) -> dict[str, Any]:
        """GET, or POST when there is a body or a file. Raises ApiRefused, and what fetching a token raises."""

        async def once(token: Query) -> dict[str, Any]:
            return self._read(await self._ask(path, {**(query or {}), **token}, body, file, ANSWER_BYTES))

        return await self._with_token(once)

    async def download(
        self, path: str, most: int, *, query: Query | None = None, body: Mapping[str, Any] | None = None
    ) -> Media:
        """A file of at most `most` bytes. Raises ApiRefused: also for an error that comes in the file's place."""

        async def once(token: Query) -> Media:
            taken = await self._ask(path, {**(query or {}), **token}, body, None, most)
            # Files come with a name; what comes without one may be an error in JSON.
            if taken.status != 200 or (taken.name is None and _errcode(taken.content)):
                self._read(taken)
            return Media(taken.content, taken.content_type, taken.name or "")

        return await self._with_token(once)

    async def _with_token(self, once: Callable[[Query], Awaitable[T]]) -> T:
        if self.holder is None:
            return await once({})
        token = await self.holder.token()
        try:
            return await once({"access_token": token})
        except ApiRefused as error:
            if error.remedy is not Remedy.TOKEN:
                raise
        # Another process may have had it replaced, or it ended early: once more with a new one.
        await self.holder.forget(token)
        return await once({"access_token": await self.holder.token()})

    async def _ask(
        self, path: str, query: Query, body: Mapping[str, Any] | None, file: File | None, most: int
    ) -> _Taken:
        method = "GET" if body is None and file is None else "POST"
        try:
            async with self.http.request(
                method,
                self.base_url + path,
                params=query,
                data=_payload(body, file),
                headers={} if body is None or file else JSON_HEADERS,
                timeout=self.timeout,
                allow_redirects=False,  # the token goes nowhere else
            ) as response:
                return await self._taken(response, most)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise self._refused(NO_ANSWER, type(error).__name__) from error
        except (ClientError, TimeoutError) as error:
            raise self._refused(NO_ANSWER, type(error).__name__, maybe_done=True) from error

    async def _taken(self, response: ClientResponse, most: int) -> _Taken:
        content = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            content += chunk
            if len(content) > most:
                raise self._refused(TOO_LARGE, f"more than {most} bytes")
        given = response.content_disposition
        name = None if given is None else (given.filename or "")
        return _Taken(response.status, bytes(content), response.content_type, name)

    def _read(self, taken: _Taken) -> dict[str, Any]:
        answer = _object(taken.content)
        if answer is None:
            raise self._refused(NO_ANSWER, f"HTTP {taken.status}", maybe_done=True)
        if code := _code(answer):
            raise self._refused(code, str(answer.get("errmsg", "")))
        if taken.status != 200:
            raise self._refused(NO_ANSWER, f"HTTP {taken.status}", maybe_done=True)
        return answer

    def _refused(self, code: int, errmsg: str, *, maybe_done: bool = False) -> ApiRefused:
        advice = (self.remedies or REMEDIES).get(code, UNKNOWN)
        self.count(code, advice.remedy)
        # Loud only for what a person has to mend; a closed window is everyday.
        level = logging.ERROR if advice.remedy is Remedy.OPERATOR else logging.INFO
        log.log(level, "call refused", extra={"action": "tencent_refused", "code": code, "remedy": advice.remedy.value})
        return ApiRefused(code, errmsg, advice, maybe_done=maybe_done)


def _payload(body: Mapping[str, Any] | None, file: File | None) -> bytes | FormData | None:
    if file is not None:
        return _form(body or {}, file)
    # Escapes (\u4f60) reach the patient's screen as such in some calls.
    return None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _form(body: Mapping[str, Any], file: File) -> FormData:
    # Not percent-quoted: Tencent shows a name as it was written.
    form = FormData(quote_fields=False)
    for name, value in body.items():
        form.add_field(name, json.dumps(value, ensure_ascii=False))
    name = _CONTROLS.sub("", file.name)
    form.add_field(file.field, file.content, filename=name, content_type=file.content_type)
    return form


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        # Not strict: nicknames bring raw control characters along.
        answer = json.loads(content.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _code(answer: Mapping[str, Any]) -> int:
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else NO_ANSWER


def _errcode(content: bytes) -> int:
    answer = _object(content)
    return 0 if answer is None else _code(answer)
