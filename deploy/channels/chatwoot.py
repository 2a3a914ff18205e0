"""Chatwoot, put together: its agents receive the handoffs of every channel."""

import secrets
from functools import partial

from pydantic import SecretStr

from bot.secret_files import secret_from
from bot.settings import Settings
from connectors.chatwoot.bridge import Bridge
from connectors.chatwoot.client import ChatwootClient
from connectors.chatwoot.hearing import Hearing
from connectors.chatwoot.mirror import Mirrors
from connectors.chatwoot.routes import ChatwootRoutes
from connectors.chatwoot.telling import Telling
from deploy.channels.outside import CLOSING_S, Channels, Outside, secret


def open_chatwoot(outside: Outside, channels: Channels) -> None:
    """Handoffs go there and answers come back, by callback, by what happens in the house, and by the heartbeat."""
    settings, bot, memory = outside.settings, outside.bot, outside.bot.memory
    client = ChatwootClient(
        (settings.chatwoot_url or "").rstrip("/"), settings.chatwoot_account, settings.chatwoot_inbox,
        settings.chatwoot_token or SecretStr(""), outside.http,
    )  # fmt: skip
    mirrors = Mirrors(outside.shelf, memory.locks, settings.clinic, bot.house.clock)
    telling = Telling(memory.store, memory.outbox, client, mirrors)
    bridge = Bridge(
        settings.clinic, memory.store, memory.handoffs, memory.locks, memory.stream, mirrors, telling,
        Hearing(bot.nursing, client, telling),
    )  # fmt: skip
    routes = ChatwootRoutes(
        chatwoot_door(settings), secret(settings.chatwoot_signing_secret) or None, bridge, bot.house.clock
    )
    channels.routes += routes.routes()
    channels.workers.append(bridge.work)
    channels.beats.append(bridge.beat)
    channels.closing.append(partial(bridge.kept.finish, CLOSING_S))


def chatwoot_door(settings: Settings) -> str:
    """The secret in the address that Chatwoot calls; made at the first run."""
    if settings.chatwoot_secret:
        return secret(settings.chatwoot_secret)
    return secret_from(settings.var / "chatwoot.secret", lambda: secrets.token_urlsafe(24))
