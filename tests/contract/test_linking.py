"""What linking promises, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from bot.appointments import Appointments
from bot.conversation import Conversation, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.encounters import begin_encounter
from bot.handoffs import end_handoff, request_handoff
from bot.link_codes import MOST_OPEN
from bot.link_rows import link_codes, links
from bot.linking import CODE_LIFE, AlreadyLinked, Linking, Offer, Verdict
from bot.locks import MemoryLocks
from bot.messages import Address, Kind, Message
from bot.notes import About, Notes
from bot.regimen_rows import Regimen
from bot.regimens import Regimens
from bot.store import ConversationStore, set_mode, set_notes
from bot.tables import addresses, audit, encounters
from cases.library import load_cases
from schedules.regimen import read_regimen
from tests.contract.conftest import AT

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


@pytest.fixture
async def parts(databases: Databases, clinic: str) -> Parts:
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


async def test_after_consent_both_are_one_person(parts: Parts) -> None:
    appointment = await parts.book(parts.page, "o1", 30)
    await parts.remind(parts.page, "阿司匹林", "r1")
    await parts.regimens.lay_out(parts.page.clinic, AT, timedelta(days=2))
    assert await parts.link(parts.page, parts.phone) is Verdict.LINKED
    page, clinic = await parts.now(parts.page), parts.page.clinic
    assert page.person == parts.phone.person == await person_at(parts, parts.page)
    assert [each.id for each in await parts.appointments.upcoming(clinic, parts.phone.person, AT)] == [appointment]
    (regimen,) = await parts.regimens.active(clinic, parts.phone.person)
    assert (regimen.id, regimen.conversation) == ("r1", parts.phone.id)
    due = await parts.regimens.claim_due(clinic, AT + timedelta(days=1), 10)
    assert due and {dose.conversation for dose in due} == {parts.phone.id}
    assert await parts.regimens.active(clinic, parts.page.person) == ()
    assert await audited(parts) == ["linked"]


async def test_the_open_page_is_told(parts: Parts) -> None:
    await parts.link(parts.page, parts.phone)
    ((told, message),) = parts.told
    assert told == parts.page.id and message.kind is Kind.NOTICE and message.text.startswith("已在微信继续")
    assert [each.id for each in await parts.store.since(parts.page, 0)] == [message.id]
    assert await parts.store.since(parts.phone, 0) == []


async def test_a_code_is_kept_nowhere(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    async with parts.databases.of(parts.page.clinic).read() as connection:
        rows = [str(row) for row in await connection.execute(select(link_codes))]
    assert len(rows) == 1 and offer.code not in rows[0]
    assert offer.until == AT + CODE_LIFE


async def test_a_code_ends_after_ten_minutes(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    late = offer.until
    found = await parts.linking.look(parts.phone, offer.code, late - timedelta(seconds=1))
    assert found.verdict is Verdict.FREE
    assert (await parts.linking.consent(parts.phone, found.offer, late)).verdict is Verdict.GONE
    assert (await parts.linking.look(parts.phone, offer.code, late)).verdict is Verdict.GONE
    assert (await parts.now(parts.page)).person == parts.page.person


@pytest.mark.parametrize("code", ["0" * 13, "' OR 1=1 --", "x" * 10_000, "", "🙂"])
async def test_an_unknown_code_is_gone(parts: Parts, code: str) -> None:
    await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, code, AT)
    assert found.verdict is Verdict.GONE
    assert (await parts.linking.consent(parts.phone, code, AT)).verdict is Verdict.GONE


async def test_consent_given_again_changes_nothing(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.LINKED
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.ALREADY
    assert len(parts.told) == 1 and await audited(parts) == ["linked"]


async def test_consent_pressed_many_times_at_once_links_once(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, offer.code, AT)
    linking = replace(parts.linking, wait_s=5)
    done = await asyncio.gather(*(linking.consent(parts.phone, found.offer, AT) for _ in range(8)))
    assert sorted(each.verdict for each in done) == [Verdict.ALREADY] * 7 + [Verdict.LINKED]
    assert len(parts.told) == 1


async def test_of_two_who_scan_one_code_the_first_with_consent_wins(parts: Parts) -> None:
    other = await parts.store.open(Address(parts.page.clinic, "wechat", "openid-2"), AT)
    offer = await parts.linking.offer(parts.page, AT)
    looks = [await parts.linking.look(each, offer.code, AT) for each in (parts.phone, other)]
    assert [each.verdict for each in looks] == [Verdict.FREE] * 2
    linking = replace(parts.linking, wait_s=5)
    done = await asyncio.gather(*(linking.consent(each, looks[0].offer, AT) for each in (parts.phone, other)))
    assert sorted(each.verdict for each in done) == [Verdict.GONE, Verdict.LINKED]
    winner = (parts.phone, other)[[each.verdict for each in done].index(Verdict.LINKED)]
    assert (await parts.now(parts.page)).person == winner.person


async def test_on_two_processes_too_only_one_wins(parts: Parts) -> None:
    """Each process has locks of its own here: the database alone must be the judge."""
    other = await parts.store.open(Address(parts.page.clinic, "wechat", "openid-2"), AT)
    offers = [await parts.linking.offer(parts.page, AT) for _ in range(2)]
    processes = [replace(parts.linking, locks=MemoryLocks()) for _ in range(2)]
    found = [
        await one.look(each, offer.code, AT)
        for one, each, offer in zip(processes, (parts.phone, other), offers, strict=True)
    ]
    done = await asyncio.gather(
        processes[0].consent(parts.phone, found[0].offer, AT), processes[1].consent(other, found[1].offer, AT)
    )
    assert [each.verdict for each in done].count(Verdict.LINKED) == 1
    async with parts.databases.of(parts.page.clinic).read() as connection:
        assert (await connection.execute(select(func.count()).select_from(links))).scalar_one() == 1


async def test_ones_own_code_is_no_link(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    assert await parts.scan_and_agree(offer, parts.page) is Verdict.ALREADY
    await parts.link(parts.page, parts.phone)
    assert (await parts.linking.look(parts.phone, offer.code, AT)).verdict is Verdict.ALREADY


async def test_a_linked_page_offers_no_code_and_its_old_ones_lead_nowhere(parts: Parts) -> None:
    other = await parts.store.open(Address(parts.page.clinic, "wechat", "openid-2"), AT)
    old = await parts.linking.offer(parts.page, AT)
    await parts.link(parts.page, parts.phone)
    with pytest.raises(AlreadyLinked):
        await parts.linking.offer(await parts.now(parts.page), AT)
    assert await parts.scan_and_agree(old, other) is Verdict.ELSEWHERE
    assert (await parts.now(other)).person == other.person


async def test_a_page_has_few_codes_open_and_the_newest_work(parts: Parts) -> None:
    offers = [await parts.linking.offer(parts.page, AT + timedelta(seconds=n)) for n in range(MOST_OPEN + 2)]
    at = AT + timedelta(minutes=1)
    verdicts = [(await parts.linking.look(parts.phone, each.code, at)).verdict for each in offers]
    assert verdicts == [Verdict.GONE] * 2 + [Verdict.FREE] * MOST_OPEN
    await parts.linking.offer(parts.page, AT + HOUR)
    async with parts.databases.of(parts.page.clinic).read() as connection:
        assert (await connection.execute(select(func.count()).select_from(link_codes))).scalar_one() == 1


async def test_many_offers_at_once_stay_few(parts: Parts) -> None:
    await asyncio.gather(*(parts.linking.offer(parts.page, AT) for _ in range(10)))
    async with parts.databases.of(parts.page.clinic).read() as connection:
        assert (await connection.execute(select(func.count()).select_from(link_codes))).scalar_one() == MOST_OPEN


async def test_a_double_booking_stays_where_it_is_and_is_told(parts: Parts) -> None:
    there, here = await parts.book(parts.page, "o1", 30), await parts.book(parts.phone, "o2", 30)
    moved = await parts.book(parts.page, "o3", 40)
    offer = await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, offer.code, AT)
    done = await parts.linking.consent(parts.phone, found.offer, AT)
    assert done.verdict is Verdict.LINKED and done.moved.doubles == (AT + 30 * HOUR,)
    clinic = parts.page.clinic
    mine = await parts.appointments.upcoming(clinic, parts.phone.person, AT)
    assert [each.id for each in mine] == [here, moved]
    await parts.linking.leave(await parts.now(parts.page), AT)
    page = await parts.now(parts.page)
    assert [each.id for each in await parts.appointments.upcoming(clinic, page.person, AT)] == [there]
    assert await parts.appointments.cancel(clinic, page.person, there, AT)


async def test_a_cancelled_appointment_is_no_double(parts: Parts) -> None:
    cancelled = await parts.book(parts.page, "o1", 30)
    await parts.appointments.cancel(parts.page.clinic, parts.page.person, cancelled, AT)
    await parts.book(parts.phone, "o2", 30)
    offer = await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, offer.code, AT)
    assert (await parts.linking.consent(parts.phone, found.offer, AT)).moved.doubles == ()


async def test_a_medicine_reminded_on_both_sides_is_told(parts: Parts) -> None:
    for conversation, drug, regimen in ((parts.page, "阿司匹林", "r1"), (parts.phone, "阿司匹林", "r2")):
        await parts.remind(conversation, drug, regimen)
    await parts.remind(parts.page, "二甲双胍", "r3")
    offer = await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, offer.code, AT)
    assert (await parts.linking.consent(parts.phone, found.offer, AT)).moved.twice == ("阿司匹林",)


async def test_notes_become_one_on_both_sides(parts: Parts) -> None:
    await parts.note(parts.page, About("本人", state="怀孕", allergies=("青霉素",)))
    await parts.note(parts.phone, About("本人", allergies=("头孢",)))
    offer = await parts.linking.offer(parts.page, AT)
    phone = await parts.now(parts.phone)
    found = await parts.linking.look(phone, offer.code, AT)
    done = await parts.linking.consent(phone, found.offer, AT)
    for notes in (done.notes, (await parts.now(phone)).notes, (await parts.now(parts.page)).notes):
        assert notes is not None
        assert set(notes.about("本人").allergies) == {"青霉素", "头孢"} and notes.about("本人").state == "怀孕"


@pytest.mark.parametrize("side", ["page", "phone"])
async def test_a_nurse_is_not_disturbed(parts: Parts, side: str) -> None:
    with_nurse = parts.page if side == "page" else parts.phone
    offer = await parts.linking.offer(parts.page, AT)
    async with parts.databases.of(parts.page.clinic).begin() as connection:
        await request_handoff(connection, with_nurse, Urgency.ASKED, "头晕", "", AT)
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.NURSE
    assert (await parts.now(parts.page)).person == parts.page.person
    async with parts.databases.of(parts.page.clinic).begin() as connection:
        await end_handoff(connection, with_nurse, HandoffStatus.CLOSED, AT)
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.LINKED


async def test_a_running_practice_goes_on(parts: Parts) -> None:
    case = next(iter(load_cases().values()))
    async with parts.databases.of(parts.page.clinic).begin() as connection:
        encounter = await begin_encounter(connection, parts.page, case, AT)
        await set_mode(connection, parts.page, Mode.PRACTICE, encounter)
    assert await parts.link(parts.page, parts.phone) is Verdict.LINKED
    page = await parts.now(parts.page)
    assert (page.mode, page.encounter) == (Mode.PRACTICE, encounter)
    async with parts.databases.of(page.clinic).read() as connection:
        query = select(encounters.c.person, encounters.c.status).where(encounters.c.id == encounter)
        assert (await connection.execute(query)).one() == (parts.phone.person, "running")


async def test_a_turn_that_runs_on_the_page_is_waited_for(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    async with parts.linking.locks.hold(parts.page.key):
        assert await parts.scan_and_agree(offer, parts.phone) is Verdict.BUSY
        assert (await parts.now(parts.page)).person == parts.page.person
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.LINKED


async def test_two_who_scan_each_others_code_do_not_wait_for_ever(databases: Databases, parts: Parts) -> None:
    offers = [await parts.linking.offer(each, AT) for each in (parts.page, parts.phone)]

    async def turn(who: Conversation, offer: Offer) -> Verdict:
        async with parts.linking.locks.hold(who.key):
            await asyncio.sleep(0.01)
            return await parts.scan_and_agree(offer, who)

    done = await asyncio.gather(turn(parts.phone, offers[0]), turn(parts.page, offers[1]))
    assert done.count(Verdict.LINKED) <= 1 and Verdict.BUSY in done


@pytest.mark.parametrize("side", ["page", "phone"])
async def test_leaving_gives_the_page_a_person_of_its_own(parts: Parts, side: str) -> None:
    appointment = await parts.book(parts.page, "o1", 30)
    await parts.remind(parts.page, "阿司匹林", "r1")
    await parts.note(parts.page, About("本人", allergies=("青霉素",)))
    await parts.link(parts.page, parts.phone)
    await parts.remind(await parts.now(parts.page), "二甲双胍", "r2")  # set on the page while linked
    leaving = await parts.now(parts.page if side == "page" else parts.phone)
    parted = await parts.linking.leave(leaving, AT + HOUR)
    assert (parted.pages, parted.kept_in) == ((1, "微信") if side == "page" else (1, ""))
    page, phone, clinic = await parts.now(parts.page), await parts.now(parts.phone), parts.page.clinic
    assert page.person == parts.page.person == await person_at(parts, parts.page)
    assert phone.person == parts.phone.person == await person_at(parts, parts.phone) != page.person
    assert page.notes == Notes() and phone.notes.about("本人").allergies == ("青霉素",)
    assert [each.id for each in await parts.appointments.upcoming(clinic, phone.person, AT)] == [appointment]
    assert await parts.appointments.upcoming(clinic, page.person, AT) == ()
    kept = await parts.regimens.active(clinic, phone.person)
    assert {(each.id, each.conversation) for each in kept} == {("r1", phone.id), ("r2", phone.id)}
    assert await audited(parts) == ["linked", "unlinked"]
    assert [told for told, _ in parts.told] == [page.id] * (1 if side == "page" else 2)
    assert (await parts.linking.leave(leaving, AT + HOUR)).pages == 0


async def test_who_left_may_link_again(parts: Parts) -> None:
    for n in range(3):
        assert await parts.link(parts.page, parts.phone, AT + n * HOUR) is Verdict.LINKED
        assert (await parts.linking.leave(await parts.now(parts.page), AT + n * HOUR)).pages == 1


async def test_an_old_consent_links_nobody_who_has_left(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    found = await parts.linking.look(parts.phone, offer.code, AT)
    await parts.linking.consent(parts.phone, found.offer, AT)
    await parts.linking.leave(await parts.now(parts.page), AT)
    assert (await parts.linking.consent(parts.phone, found.offer, AT)).verdict is Verdict.GONE
    assert (await parts.now(parts.page)).person == parts.page.person


async def test_two_pages_of_one_person_leave_together_from_there_and_alone_from_here(parts: Parts) -> None:
    second = await parts.store.open(Address(parts.page.clinic, "web", "visitor-2"), AT)
    third = await parts.store.open(Address(parts.page.clinic, "web", "visitor-3"), AT)
    for page in (parts.page, second, third):
        assert await parts.link(page, parts.phone) is Verdict.LINKED
    assert (await parts.linking.leave(await parts.now(third), AT)).pages == 1
    assert (await parts.now(second)).person == parts.phone.person
    assert (await parts.linking.leave(parts.phone, AT)).pages == 2
    assert {(await parts.now(each)).person for each in (parts.page, second)} == {parts.page.person, second.person}


async def test_a_page_brings_along_the_pages_that_joined_it(parts: Parts) -> None:
    second = await parts.store.open(Address(parts.page.clinic, "web", "visitor-2"), AT)
    await parts.remind(second, "阿司匹林", "r1")
    assert await parts.link(second, parts.page) is Verdict.LINKED
    assert await parts.link(parts.page, parts.phone) is Verdict.LINKED
    assert (await parts.now(second)).person == parts.phone.person
    (regimen,) = await parts.regimens.active(parts.page.clinic, parts.phone.person)
    assert regimen.conversation == parts.phone.id
    assert (await parts.linking.leave(await parts.now(parts.page), AT)).pages == 1
    assert (await parts.now(second)).person == parts.phone.person
    assert (await parts.linking.leave(await parts.now(second), AT)).pages == 1
    assert (await parts.now(second)).person == second.person


async def test_nothing_is_half_done(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    await parts.book(parts.page, "o1", 30)
    offer = await parts.linking.offer(parts.page, AT)

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("bot.linking._write_link", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await parts.scan_and_agree(offer, parts.phone)
    assert (await parts.now(parts.page)).person == parts.page.person
    assert len(await parts.appointments.upcoming(parts.page.clinic, parts.page.person, AT)) == 1
    assert parts.told == [] and await parts.store.since(parts.page, 0) == []
    assert await parts.scan_and_agree(offer, parts.phone) is Verdict.LINKED


async def test_no_word_and_no_code_in_the_audit(parts: Parts) -> None:
    offer = await parts.linking.offer(parts.page, AT)
    await parts.scan_and_agree(offer, parts.phone)
    async with parts.databases.of(parts.page.clinic).read() as connection:
        lines = str((await connection.execute(text("SELECT * FROM audit"))).all())
    assert all(secret not in lines for secret in (offer.code, "visitor-secret", "openid-1"))
