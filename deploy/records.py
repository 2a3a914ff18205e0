"""Where the record of a person's medication is read, and the links to it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from bot.bootstrap import Bot, Memory, now
from bot.record import last_weeks
from bot.records import Records
from bot.settings import Settings
from connectors.web import record_ticket
from connectors.web.record import RecordRoutes
from connectors.web.record_ticket import RecordTicket


def record_link(settings: Settings, memory: Memory) -> Callable[[str, str, datetime], str]:
    """Clinic, person and instant → the address of the last weeks' record, good for a day."""
    key = _key(settings, memory)

    def link(clinic: str, person: str, at: datetime) -> str:
        since, until = last_weeks(at)
        return record_ticket.link(_public_url(settings), key, RecordTicket(clinic, person, since, until), at)

    return link


def record_routes(settings: Settings, bot: Bot) -> Sequence[web.RouteDef]:
    """The wire in of the records."""
    records = Records(
        bot.memory.databases, bot.memory.regimens, bot.memory.habits, lambda: bot.library.now().clinic.name, now
    )
    return RecordRoutes(_key(settings, bot.memory), _public_url(settings), records, now).routes()


def _key(settings: Settings, memory: Memory) -> str:
    """Signs the links; the same in all processes, as the data keys are."""
    return memory.databases.of(settings.clinic).keyring.blind_index("links to medication records")


def _public_url(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"
