"""Linking beside a nurse, a practice, a running turn; and leaving again, on both databases."""

import asyncio

import pytest
from sqlalchemy import select, text

from bot.conversation import Conversation, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.encounters import begin_encounter
from bot.handoffs import end_handoff, request_handoff
from bot.linking import Offer, Verdict
from bot.messages import Address
from bot.notes import About, Notes
from bot.store import set_mode
from bot.tables import encounters
from cases.encounter import Encounter
from cases.library import load_cases
from tests.contract.conftest import AT
from tests.contract.linking_parts import HOUR, Parts, audited, person_at


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
        encounter = await begin_encounter(connection, parts.page, Encounter.start(case, AT))
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
