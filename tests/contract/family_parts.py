"""A patient and relatives for the tests of families."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.conversation import Conversation
from bot.db import Databases
from bot.family_commands import FAMILY_COMMANDS, Families
from bot.family_linking import FamilyLinking
from bot.family_rounds import FamilyRounds
from bot.messages import Address, Button, Kind, Message, Reply
from bot.pressed import Pressed
from bot.regimen_rows import Care, Regimen
from bot.regimens import Regimens
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.tables import audit
from schedules.timing import Timing
from tests.contract.conftest import AT


@dataclass(slots=True)
class Home:
    """A patient and relatives, each where they are."""

    databases: Databases
    clinic: str
    store: ConversationStore
    families: Families
    regimens: Regimens
    rounds: Rounds
    told: list[tuple[str, Message]]
    mother: Conversation
    daughter: Conversation

    async def somebody(self, user: str, channel: str = "wechat") -> Conversation:
        return await self.store.open(Address(self.clinic, channel, user), AT)

    async def now(self, conversation: Conversation) -> Conversation:
        found = await self.store.by_id(self.clinic, conversation.id)
        assert found is not None
        return found

    async def presses(
        self, who: Conversation, command: str, args: Mapping[str, str] | None = None, at: datetime = AT
    ) -> Reply:
        answer = await FAMILY_COMMANDS[command](self.families, Pressed(await self.now(who), args or {}, at))
        (reply,) = answer.replies
        return reply

    async def press(self, who: Conversation, button: Button, at: datetime = AT) -> Reply:
        return await self.presses(who, button.command or "", button.args, at)

    async def code(self, called: str = "女儿", at: datetime = AT, who: Conversation | None = None) -> str:
        """A code that the patient asks for."""
        code = await self.families.linking.offer(await self.now(who or self.mother), called, at)
        assert code is not None
        return code

    async def heard(self, who: Conversation) -> Message:
        """The last thing somebody was told without asking."""
        (last,) = (await self.store.last(who, 1))[-1:]
        return last

    async def become_family(self, member: Conversation, called: str = "女儿") -> None:
        consent = await self.presses(member, "family_look", {"code": await self.code(called)})
        await self.press(member, consent.buttons[0])
        question = await self.heard(self.mother)
        await self.press(self.mother, question.buttons[0])

    async def takes(self, drug: str = "华法林", *, critical: bool = True, at: datetime = AT) -> None:
        """The patient takes a medicine that is due now, and again in a day."""
        timing = Timing(time_of_day=((at + timedelta(hours=8)).time(),))
        person, talk = (await self.now(self.mother)).person, self.mother.id
        new = Regimen(drug, person, talk, drug, None, "一片", timing, at, care=Care(critical=critical))
        await self.regimens.add(self.clinic, new, at - timedelta(minutes=1))
        await self.regimens.lay_out(self.clinic, at, timedelta(hours=1))

    async def until_family(self, at: datetime = AT) -> tuple[Message, datetime]:
        """Nobody confirms until the family is told; what the daughter read, and when."""
        await self.rounds.begin(self.clinic, at, 10)
        while (last := await self.heard(self.daughter)).kind is not Kind.REMINDER:
            at += timedelta(minutes=10)
            assert await self.rounds.climb(self.clinic, at, 10) is not None
        return last, at

    async def audited(self) -> list[str]:
        async with self.databases.of(self.clinic).read() as connection:
            return list((await connection.execute(select(audit.c.action).order_by(audit.c.at))).scalars())


async def at_home(databases: Databases, clinic: str) -> Home:
    """A mother with a page and a daughter in WeChat, who are nothing to each other yet."""
    store, told = ConversationStore(databases), list[tuple[str, Message]]()

    async def tell(conversation: Conversation, message: Message) -> None:
        told.append((conversation.id, message))

    families = Families(FamilyLinking(databases, tell), FamilyRounds(databases, tell))
    mother = await store.open(Address(clinic, "web", "mother"), AT)
    daughter = await store.open(Address(clinic, "wechat", "daughter"), AT)
    return Home(databases, clinic, store, families, Regimens(databases), Rounds(databases), told, mother, daughter)
