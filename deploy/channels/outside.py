"""What a channel is made with, and what it gives to the running house."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from bot.bootstrap import Bot
from bot.media import Fetcher
from bot.settings import Settings
from bot.shelf import Shelf
from connectors.base import Connector
from connectors.splitting import Names
from connectors.tencent.metrics import TencentErrors
from knowledge.name_index import fold

CLOSING_S = 2.0  # what runs may take so long to end


@dataclass(slots=True)
class Channels:
    """Everything of the channels outside our own pages."""

    connectors: list[Connector] = field(default_factory=list)
    routes: list[web.RouteDef] = field(default_factory=list)
    workers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)  # run until the house stops
    beats: list[Callable[[datetime], Awaitable[None]]] = field(default_factory=list)  # called by the heartbeat
    fetchers: dict[str, Fetcher] = field(default_factory=dict)  # of photos and voices, by channel
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outside:
    """What every channel is made with."""

    settings: Settings
    bot: Bot
    http: ClientSession
    errors: TencentErrors
    registry: CollectorRegistry

    @property
    def shelf(self) -> Shelf:
        """What services lend us, for all processes."""
        return Shelf(self.bot.memory.databases, self.settings.clinic)

    @property
    def public_url(self) -> str:
        """Where people and servers outside reach the gateway; without a setting only this machine does."""
        return self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}"


def drug_names(bot: Bot) -> Names:
    """Where names of drugs stand in a text: nothing is cut there."""

    def spans(text: str) -> Sequence[tuple[int, int]]:
        if len(fold(text)) != len(text):  # positions are those of the folded text
            return ()
        return [(mention.start, mention.end) for mention in bot.library.now().drugs.mentions(text)]

    return spans


def secret(value: SecretStr | None) -> str:
    """Its text; empty when it is unset."""
    return value.get_secret_value() if value else ""
