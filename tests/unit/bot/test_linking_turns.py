"""Linking as turns of two conversations: scanned, agreed, left; cut off in between."""

from dataclasses import replace

import pytest

from bot import link_phrases as words
from bot.conversation import Conversation, Turn
from bot.house import House
from bot.linking_words import show_code
from bot.messages import Address, Button, InboundMessage
from bot.notes import About, Notes
from bot.outcomes import Outcomes
from bot.store import set_notes
from bot.turn import answer_open_turns, handle
from tests.unit.bot.conftest import AT, texts

PAGE, PHONE = Address("demo", "web", "visitor"), Address("demo", "wechat", "openid")


async def at(house: House, address: Address) -> Conversation:
    await house.store.open(address, AT)
    found = await house.store.find(address)
    assert found is not None
    return found


async def scan(house: House, message_id: str = "scan") -> Turn:
    offer = await house.linking.offer(await at(house, PAGE), AT)
    scanned = Button("扫码", command="link", args={"code": offer.code})
    return await handle(house, InboundMessage(PHONE, message_id, "", AT, pressed=scanned))


def pressing(turn: Turn, n: int, message_id: str = "agree") -> InboundMessage:
    return InboundMessage(PHONE, message_id, "", AT, button=turn.replies[0].buttons[n].id)


async def test_scan_agree_and_leave(house: House) -> None:
    asked = await scan(house)
    assert texts(asked) == [words.CONSENT_ASKED]
    assert texts(await handle(house, pressing(asked, 0))) == [words.LINKED]
    assert (await at(house, PAGE)).person == (await at(house, PHONE)).person
    left = await handle(house, InboundMessage(PAGE, "m1", "解除绑定", AT))
    assert texts(left) == [words.LEFT_FROM_PAGE.format(where="微信")]
    assert (await at(house, PAGE)).person != (await at(house, PHONE)).person


async def test_a_typed_code_on_a_channel_of_numbers(house: House) -> None:
    offer = await house.linking.offer(await at(house, PAGE), AT)
    typed = InboundMessage(PHONE, "m1", f"绑定 {show_code(offer.code)}", AT, numbered=True)
    asked = await handle(house, typed)
    assert [button.number for button in asked.replies[0].buttons] == [1, 2]
    await house.outbox.sent("demo", [asked.replies[0].id], AT)
    assert texts(await handle(house, InboundMessage(PHONE, "m2", "1", AT, numbered=True))) == [words.LINKED]


async def test_a_repeated_press_is_one_turn(house: House) -> None:
    press = pressing(await scan(house), 0)
    first, again = await handle(house, press), await handle(house, press)
    assert texts(first) == texts(again) == [words.LINKED]
    assert texts(await handle(house, replace(press, id="another"))) == [words.ALREADY]


async def test_what_warns_is_kept_through_the_turn(house: House) -> None:
    page = await at(house, PAGE)
    async with house.linking.databases.of("demo").begin() as connection:
        await set_notes(connection, page, Notes((About("本人", state="怀孕", allergies=("青霉素",)),)))
    await handle(house, pressing(await scan(house), 0))
    phone = await at(house, PHONE)
    assert phone.notes.about("本人") == About("本人", state="怀孕", allergies=("青霉素",))
    await handle(house, InboundMessage(PAGE, "m1", "解除绑定", AT))
    assert (await at(house, PAGE)).notes == Notes() and (await at(house, PHONE)).notes == phone.notes


async def test_cut_off_after_consent_the_link_stands_and_the_person_hears_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at(house, PAGE)
    async with house.linking.databases.of("demo").begin() as connection:
        await set_notes(connection, page, Notes((About("本人", allergies=("青霉素",)),)))
    press = pressing(await scan(house), 0)

    async def killed(*_: object) -> Turn:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Outcomes, "queue", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await handle(house, press)
    answered = await answer_open_turns(house, await at(house, PHONE))
    assert texts(answered["agree"]) == [words.ALREADY]
    phone = await at(house, PHONE)
    assert phone.person == (await at(house, PAGE)).person
    assert phone.notes.about("本人").allergies == ("青霉素",)


async def test_a_turn_that_waited_for_the_link_works_for_the_common_person(house: House) -> None:
    """The page's conversation was looked up before the link and is answered after it."""
    before = await at(house, PAGE)
    await handle(house, pressing(await scan(house), 0))
    await house.store.claim(before, InboundMessage(PAGE, "late", "挂号", AT))
    ((current, _),) = await house.store.open_turns(before)
    assert current.person == (await at(house, PHONE)).person != before.person
