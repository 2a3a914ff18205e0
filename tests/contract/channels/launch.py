"""`python -m tests.contract.channels.launch`: `xinglin up`, with the example channel beside the house's own."""

import asyncio
import os
import sys

from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.bootstrap import Bot
from bot.logs import set_up_logs
from bot.settings import Settings
from deploy import channels, house
from deploy.up import up
from tests.contract.channels.example import ExampleConnector


def open_channels(settings: Settings, bot: Bot, http: ClientSession, registry: CollectorRegistry) -> channels.Channels:
    """The house's channels and the example."""
    opened = channels.open_channels(settings, bot, http, registry)
    key, url = os.environ["EXAMPLE_KEY"], os.environ["EXAMPLE_URL"]
    opened.connectors.append(ExampleConnector(settings.clinic, bot.house, key, url))
    return opened


def say(sentence: str) -> None:
    """Progress goes where the log goes."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    set_up_logs("INFO")
    vars(house)["open_channels"] = open_channels
    asyncio.run(up(Settings(), say))
