"""The line from the patients' phones to the hospital: one session, letters under way."""

import asyncio
from datetime import timedelta

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from deploy.standin.clock import JumpingClock
from deploy.standin.wechat.callbacks import Callbacks, Delivery
from deploy.standin.wechat.faults import Faults
from deploy.standin.wechat.letters import Fields, Letter
from deploy.standin.wechat.settings import StandInSettings
from deploy.standin.wechat.world import World

# Events nobody sits waiting for: silence shows no notice.
_WATCHED = frozenset({"subscribe", "SCAN", "CLICK", "scancode_push", "scancode_waitmsg"})


class Line:
    """The account's world and its callbacks."""

    def __init__(self, settings: StandInSettings) -> None:
        self.settings = settings
        self.world = World(settings, self._announce)
        self.callbacks = Callbacks(settings, self.world.people, self.world.faults)
        self._http: ClientSession | None = None
        self._running: set[asyncio.Task[Delivery]] = set()

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self.world.faults

    async def call_at(self, *urls: str) -> bool:
        """Give the hospital's callback address, as in the back office: it is checked first. Several take turns."""
        good = [await self.callbacks.check_url(self._session(), url) for url in urls]
        if all(good):
            self.callbacks.urls = urls
        return all(good)

    async def settled(self) -> None:
        """Wait until every callback under way is done."""
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

    def forward(self, by: timedelta) -> None:
        """Put the clock forward. Raises TypeError when the clock is not ours to put."""
        if not isinstance(self.settings.clock, JumpingClock):
            raise TypeError("the clock belongs to somebody else")
        self.settings.clock.forward(by)

    async def deliver(self, openid: str, fields: Fields, id: int | None = None) -> Delivery:
        """Address a message or an event, send it, wait how it went."""
        return await self._started(self._addressed(openid, fields, id))

    def _announce(self, openid: str, fields: Fields) -> None:
        if self.callbacks.urls:
            self._started(self._addressed(openid, fields, None))

    def _started(self, letter: Letter) -> asyncio.Task[Delivery]:
        task = asyncio.create_task(self.callbacks.deliver(self._session(), letter))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _addressed(self, openid: str, fields: Fields, id: int | None) -> Letter:
        seconds = int(self.world.now().timestamp())
        head = {"ToUserName": self.settings.account, "FromUserName": openid, "CreateTime": seconds}
        if (event := fields.get("Event")) is not None:
            return Letter(openid, {**head, **fields}, f"{openid}{seconds}", event in _WATCHED)
        message_id = next(self.world.ids) if id is None else id
        return Letter(openid, {**head, **fields, "MsgId": message_id}, str(message_id), True)

    def _session(self) -> ClientSession:
        if self._http is None:
            # As many at once as there are patients; nothing of one callback is carried over to the next.
            self._http = ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar())
        return self._http
