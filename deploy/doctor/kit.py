"""What every part of the examination is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ssl import SSLContext

from aiohttp import ClientError, ClientSession

from bot.settings import Settings
from deploy.doctor.finding import Finding

WAIT_S = 8.0  # longest for one question to an outside server
SILENT = (ClientError, TimeoutError, OSError)
"""How a server fails that does not answer at all."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The settings to examine, and the means."""

    settings: Settings
    clock: Callable[[], datetime]  # aware
    http: ClientSession  # trusts what `trust` trusts
    trust: SSLContext  # whose certificates a visitor would accept
    send: bool = False  # whether people may be sent a test message


Look = Callable[[Kit], Awaitable[Sequence[Finding]]]
"""One part of the examination."""
