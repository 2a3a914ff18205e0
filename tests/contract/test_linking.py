"""What linking promises, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.link_codes import MOST_OPEN
from bot.link_rows import link_codes, links
from bot.linking import CODE_LIFE, AlreadyLinked, Verdict
from bot.locks import MemoryLocks
from bot.messages import Address, Kind
from bot.notes import About
from tests.contract.conftest import AT
from tests.contract.linking_parts import HOUR, Parts, audited, person_at


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
    due = await parts.regimens.history(clinic, parts.phone.person, AT, AT + timedelta(days=1))
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
