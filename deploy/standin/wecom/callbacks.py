"""Callbacks to the hospital: sealed events, three tries of 5 s each.

developer.work.weixin.qq.com/document/path/90930.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.tencent.crypto import Envelope
from connectors.tencent.xml import Writable, write_xml

TRIES = 3


class Callbacks:
    """One callback address, as set in the back office."""

    def __init__(self, envelope: Envelope, clock: Callable[[], datetime], wait_s: float) -> None:
        self._envelope = envelope
        self._clock = clock
        self._timeout = ClientTimeout(total=wait_s)
        self._http: ClientSession | None = None
        self._running: set[asyncio.Task[bool]] = set()
        self.url = ""
        self.log: list[int] = []  # HTTP status of each try; 0: no answer in time

    async def call_at(self, url: str) -> bool:
        """Give the address; it is checked by an echo first."""
        word = secrets.token_hex(8)
        timestamp, nonce = self._now(), secrets.token_hex(5)
        sealed = self._envelope.seal(word.encode(), timestamp, nonce)
        query = {
            "msg_signature": sealed.signature,
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": sealed.ciphertext,
        }
        try:
            async with self._session().get(url, params=query, timeout=self._timeout) as answer:
                good = answer.status == 200 and await answer.text() == word
        except (ClientError, TimeoutError):
            good = False
        self.url = url if good else self.url
        return good

    def send(self, event: Mapping[str, Writable]) -> "asyncio.Task[bool]":
        """Deliver an event beside whatever goes on; the task tells whether the hospital took it."""
        task = asyncio.create_task(self._deliver(event))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        """End what is under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def _deliver(self, event: Mapping[str, Writable]) -> bool:
        if not self.url:
            return False
        for _ in range(TRIES):
            status = await self._once(event)
            self.log.append(status)
            if status == 200:
                return True
        return False

    async def _once(self, event: Mapping[str, Writable]) -> int:
        timestamp, nonce = self._now(), secrets.token_hex(5)
        sealed = self._envelope.seal(write_xml(event), timestamp, nonce)
        body = write_xml({"ToUserName": self._envelope.receive_id, "AgentID": "", "Encrypt": sealed.ciphertext})
        query = {"msg_signature": sealed.signature, "timestamp": timestamp, "nonce": nonce}
        try:
            async with self._session().post(self.url, params=query, data=body, timeout=self._timeout) as answer:
                await answer.read()
                return answer.status
        except (ClientError, TimeoutError):
            return 0

    def _now(self) -> str:
        return str(int(self._clock().timestamp()))

    def _session(self) -> ClientSession:
        if self._http is None:
            self._http = ClientSession()
        return self._http
