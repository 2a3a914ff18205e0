"""A page and phones for the tests of linking."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.appointments import Appointments
from bot.conversation import Conversation
from bot.db import Databases
from bot.linking import Linking, Offer, Verdict
from bot.locks import MemoryLocks
from bot.messages import Address, Message
from bot.notes import About, Notes
from bot.regimen_rows import Regimen
from bot.regimens import Regimens
from bot.store import ConversationStore, set_notes
from bot.tables import addresses, audit
from schedules.regimen import read_regimen

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # as in the suites
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable time."""

    id: str
    starts_at: datetime
    doctor: str = "d1"
    department: str = "cardiology"
    capacity: int = 3


@dataclass(slots=True)
class Parts:
    """A page, a WeChat user, and what they use."""

    databases: Databases
    store: ConversationStore
    linking: Linking
    appointments: Appointments
    regimens: Regimens
    page: Conversation
    phone: Conversation
    told: list[tuple[str, Message]]

    async def now(self, conversation: Conversation) -> Conversation:
        found = await self.store.by_id(conversation.clinic, conversation.id)
        assert found is not None
        return found

    async def link(self, page: Conversation, phone: Conversation, at: datetime = AT) -> Verdict:
        offer = await self.linking.offer(await self.now(page), at)
        return await self.scan_and_agree(offer, phone, at)

    async def scan_and_agree(self, offer: Offer, phone: Conversation, at: datetime = AT) -> Verdict:
        found = await self.linking.look(await self.now(phone), offer.code, at)
        return (await self.linking.consent(await self.now(phone), found.offer, at)).verdict

    async def note(self, conversation: Conversation, *about: About) -> None:
        async with self.databases.of(conversation.clinic).begin() as connection:
            await set_notes(connection, conversation, Notes(about))

    async def book(self, conversation: Conversation, opening: str, hours: int) -> str:
        wanted = Opening(opening, AT + hours * HOUR)
        return (await self.appointments.book(conversation.clinic, conversation.person, wanted, AT)).id

    async def remind(self, conversation: Conversation, drug: str, regimen: str) -> None:
        timing = read_regimen("每天早上8点", AT).timing
        assert timing is not None
        new = Regimen(regimen, conversation.person, conversation.id, drug, None, "1片", timing, AT)
        await self.regimens.add(conversation.clinic, new, AT)


async def opened_parts(databases: Databases, clinic: str) -> Parts:
    """A page, a phone and everything between them."""
    store, told = ConversationStore(databases), list[tuple[str, Message]]()

    async def tell(conversation: Conversation, message: Message) -> None:
        told.append((conversation.id, message))

    linking = Linking(databases, store, MemoryLocks(), tell, wait_s=0.2)
    page = await store.open(Address(clinic, "web", "visitor-secret"), AT)
    phone = await store.open(Address(clinic, "wechat", "openid-1"), AT)
    return Parts(databases, store, linking, Appointments(databases), Regimens(databases), page, phone, told)


async def person_at(parts: Parts, conversation: Conversation) -> str:
    query = select(addresses.c.person).where(addresses.c.channel == conversation.address.channel)
    keyring = parts.databases.of(conversation.clinic).keyring
    query = query.where(addresses.c.user_hash == keyring.blind_index(conversation.address.user))
    async with parts.databases.of(conversation.clinic).read() as connection:
        return str((await connection.execute(query)).scalar_one())


async def audited(parts: Parts) -> list[str]:
    async with parts.databases.of(parts.page.clinic).read() as connection:
        return list((await connection.execute(select(audit.c.action).order_by(audit.c.at))).scalars())
