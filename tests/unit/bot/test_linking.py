"""Linking: codes and wishes in words, notes that become one, what the commands say."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import link_phrases as words
from bot.answers import Answer
from bot.conversation import Conversation, Mode
from bot.crypto import Keyring
from bot.db import Databases
from bot.guard import guard_reply
from bot.link_commands import link, link_agree, link_refuse, unlink
from bot.link_notes import merge_notes
from bot.linking import Linking
from bot.linking_words import CODE_LENGTH, new_code, read_code, read_leaving, read_linking, show_code
from bot.locks import MemoryLocks
from bot.messages import Address, Message
from bot.migrate import migrate
from bot.notes import NO_NOTES, About, Notes, Recurring, as_text, from_text
from bot.pressed import Pressed
from bot.store import ConversationStore, set_mode

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
CODE = "7k3mq9x2ha5wd"


class TestWords:
    def test_codes_are_long_and_differ(self) -> None:
        codes = {new_code() for _ in range(2_000)}
        assert len(codes) == 2_000
        assert all(len(code) == CODE_LENGTH and read_code(code) == code for code in codes)
        assert 32**CODE_LENGTH >= 2**64

    @pytest.mark.parametrize(
        "typed", [CODE, CODE.upper(), "7K3MQ-9X2H-A5WD", " 7k3mq 9x2h a5wd ", "７Ｋ３ＭＱ９Ｘ２ＨＡ５ＷＤ"]
    )
    def test_a_code_is_read_however_it_is_typed(self, typed: str) -> None:
        assert read_code(typed) == CODE

    def test_letters_that_look_like_digits_are_digits(self) -> None:
        assert read_code("ILOilo0000000") == "1101100000000"

    def test_what_is_shown_is_read_back(self) -> None:
        assert read_code(show_code(CODE)) == CODE

    @pytest.mark.parametrize(
        "hostile",
        ["", "x", CODE + "0", CODE[:-1], "' OR 1=1 --", "../../../etc/pass", "\0" * 13, "9" * 10**6, "绑" * 13],
    )
    def test_anything_else_is_no_code(self, hostile: str) -> None:
        assert read_code(hostile) is None

    @given(some.text(max_size=100))
    def test_no_words_break_the_readers(self, said: str) -> None:
        assert read_code(said) is None or len(read_code(said) or "") == CODE_LENGTH
        assert isinstance(read_leaving(said), bool)
        assert read_linking(said) is None or read_linking(f"绑定 {CODE}") is not None

    @pytest.mark.parametrize(
        "said", [f"绑定 {CODE}", f"绑定{CODE}", f"绑定：{show_code(CODE)}", f"绑定码 {CODE.upper()}。"]
    )
    def test_a_typed_code_is_found(self, said: str) -> None:
        assert read_code(read_linking(said) or "") == CODE

    def test_a_mistyped_code_is_still_meant_as_one(self) -> None:
        found = read_linking("绑定 7K3MQ-9X2H")
        assert found is not None and read_code(found) is None

    @pytest.mark.parametrize(
        "said", ["绑定", "绑定手机号怎么弄", "怎么绑定微信", "绑定 ' OR 1=1 --", "绑定" + "a" * 500, CODE]
    )
    def test_other_words_about_linking_are_left_to_others(self, said: str) -> None:
        assert read_linking(said) is None

    @pytest.mark.parametrize(
        "said",
        ["解除绑定", "解除绑定。", "我要解除绑定", "请帮我解除微信绑定", "取消绑定", "解绑", "解绑微信", "解绑了吧",
         "不要绑定了", "别绑定了",
         "解除网页的绑定", "取消网页绑定", "“解除绑定”", "解除 绑定", "断开关联", "把微信解绑", "和网页解除绑定"],
    )  # fmt: skip
    def test_leaving_is_understood(self, said: str) -> None:
        assert read_leaving(said)

    @pytest.mark.parametrize(
        "said",
        ["取消预约", "绑定", "取消", "怎么解除绑定", "解除绑定会怎么样", "能不能解除绑定", "不要解除绑定",
         "解除绑定后预约还在吗", "医生让我解除石膏绑定", "我没有绑定", "", "解除绑定" * 50],
    )  # fmt: skip
    def test_questions_and_other_wishes_are_not(self, said: str) -> None:
        assert not read_leaving(said)


class TestNotes:
    def test_what_warns_is_never_lost(self) -> None:
        own = Notes((About("本人", allergies=tuple(f"甲{n}" for n in range(8)), drugs=("华法林",)),))
        other = Notes((About("本人", state="怀孕", allergies=tuple(f"乙{n}" for n in range(8)), illnesses=("哮喘",)),))
        for notes in (merge_notes(own, other), merge_notes(other, own)):
            about = notes.about("本人")
            assert len(about.allergies) == 16 and about.state == "怀孕"
            assert (about.illnesses, about.drugs) == (("哮喘",), ("华法林",))
            assert from_text(as_text(notes)) == notes

    def test_two_states_both_stand(self) -> None:
        own, other = Notes((About("本人", state="哺乳"),)), Notes((About("本人", state="怀孕"),))
        assert merge_notes(own, other).about("本人").state == "哺乳、怀孕"

    def test_each_keeps_its_own_people_and_who_was_spoken_of_last(self) -> None:
        own = Notes((About("本人"), About("妈妈", age="70岁")))
        other = Notes((About("孩子", allergies=("虾",)), About("本人", age="40岁")))
        merged = merge_notes(own, other)
        assert [one.who for one in merged.people] == ["孩子", "本人", "妈妈"]
        assert merged.about("孩子").allergies == ("虾",) and merged.about("本人").age == "40岁"

    def test_told_twice_counts_once(self) -> None:
        own = Notes((About("本人", allergies=("青霉素",), state="怀孕"),))
        assert merge_notes(own, own) == own
        assert merge_notes(own, NO_NOTES) == own

    def test_complaints_of_both_talks_add_up(self) -> None:
        days = [AT - timedelta(days=n) for n in range(3)]
        own = Notes(complaints=(Recurring("fever", "发烧", (days[2], days[0])),))
        other = Notes(complaints=(Recurring("fever", "烧", (days[1],)), Recurring("cough", "咳", (days[1],))))
        merged = merge_notes(own, other)
        assert merged.contacts("fever") == 3 and merged.contacts("cough") == 1
        assert next(one.words for one in merged.complaints if one.key == "fever") == "发烧"

    @pytest.mark.parametrize(
        ("own", "other", "after"),
        [(None, True, None), (True, None, True), (True, False, False), (False, True, False), (None, False, False)],
    )
    def test_leave_to_use_the_list_is_not_lent(self, own: bool | None, other: bool | None, after: bool | None) -> None:
        assert merge_notes(Notes(shares_list=own), Notes(shares_list=other)).shares_list is after


class Talk:
    """A page and a phone that press buttons."""

    def __init__(self, databases: Databases, store: ConversationStore) -> None:
        self.databases, self.store = databases, store
        self.linking = Linking(databases, store, MemoryLocks(), self._tell, wait_s=0.1)
        self.told: list[str] = []

    async def _tell(self, _conversation: Conversation, message: Message) -> None:
        self.told.append(message.text)

    async def at(self, channel: str) -> Conversation:
        await self.store.open(Address("demo", channel, "u"), AT)
        found = await self.store.find(Address("demo", channel, "u"))
        assert found is not None
        return found

    async def press(self, channel: str, args: dict[str, str]) -> Pressed:
        return Pressed(await self.at(channel), args, AT)

    async def scan(self, channel: str = "wechat") -> Answer:
        offer = await self.linking.offer(await self.at("web"), AT)
        return await link(self.linking, await self.press(channel, {"code": offer.code}))

    async def agree(self, asked: Answer, channel: str = "wechat") -> Answer:
        return await link_agree(self.linking, await self.press(channel, dict(asked.replies[0].buttons[0].args)))

    async def leave(self, channel: str) -> Answer:
        return await unlink(self.linking, await self.press(channel, {}))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    yield Talk(databases, ConversationStore(databases))
    await databases.close()


def text_of(answer: Answer) -> str:
    return answer.replies[0].text


class TestCommands:
    async def test_scanning_asks_for_consent_and_tells_what_is_shared(self, talk: Talk) -> None:
        asked = await talk.scan()
        assert all(said in text_of(asked) for said in ("预约", "用药提醒", "过敏", "解除绑定", "本人"))
        assert [button.label for button in asked.replies[0].buttons] == ["同意", "不用"]
        assert (await talk.at("web")).person != (await talk.at("wechat")).person

    async def test_the_code_itself_is_not_in_the_buttons(self, talk: Talk) -> None:
        offer = await talk.linking.offer(await talk.at("web"), AT)
        asked = await link(talk.linking, await talk.press("wechat", {"code": offer.code}))
        assert offer.code not in str(asked)

    async def test_consent_makes_one_person_and_keeps_the_notes(self, talk: Talk) -> None:
        done = await talk.agree(await talk.scan())
        assert text_of(done) == words.LINKED and done.notes is not None
        assert (await talk.at("web")).person == (await talk.at("wechat")).person
        assert talk.told == [words.CONTINUED.format(where="微信")]

    async def test_refusing_changes_nothing(self, talk: Talk) -> None:
        asked = await talk.scan()
        refused = await link_refuse(talk.linking, await talk.press("wechat", dict(asked.replies[0].buttons[1].args)))
        assert text_of(refused) == words.DECLINED
        assert (await talk.at("web")).person != (await talk.at("wechat")).person

    @pytest.mark.parametrize(
        "args", [{}, {"code": ""}, {"code": "' OR 1=1"}, {"code": "0" * 13}, {"code": "9" * 10**6}]
    )
    async def test_a_bad_code_is_answered_kindly(self, talk: Talk, args: dict[str, str]) -> None:
        assert text_of(await link(talk.linking, await talk.press("wechat", args))) == words.GONE

    async def test_consent_without_a_code_is_answered_kindly(self, talk: Talk) -> None:
        assert text_of(await link_agree(talk.linking, await talk.press("wechat", {}))) == words.GONE

    async def test_consent_again_says_so(self, talk: Talk) -> None:
        asked = await talk.scan()
        await talk.agree(asked)
        assert text_of(await talk.agree(asked)) == words.ALREADY

    async def test_ones_own_code(self, talk: Talk) -> None:
        assert text_of(await talk.scan("web")) == words.ALREADY

    async def test_while_a_nurse_has_it(self, talk: Talk) -> None:
        phone = await talk.at("wechat")
        async with talk.databases.of("demo").begin() as connection:
            await set_mode(connection, phone, Mode.HANDOFF)
        assert text_of(await talk.scan()) == words.NURSE_HAS_IT

    async def test_when_the_page_is_busy_the_choice_comes_again(self, talk: Talk) -> None:
        asked = await talk.scan()
        async with talk.linking.locks.hold((await talk.at("web")).key):
            busy = await talk.agree(asked)
        assert text_of(busy) == words.BUSY
        assert text_of(await talk.agree(busy)) == words.LINKED

    async def test_leaving_from_the_page_forgets_there(self, talk: Talk) -> None:
        await talk.agree(await talk.scan())
        left = await talk.leave("web")
        assert text_of(left) == words.LEFT_FROM_PAGE.format(where="微信") and left.notes == NO_NOTES
        assert text_of(await talk.leave("web")) == text_of(await talk.leave("wechat")) == words.NOT_LINKED

    async def test_leaving_from_the_phone_keeps_there_and_tells_the_page(self, talk: Talk) -> None:
        await talk.agree(await talk.scan())
        left = await talk.leave("wechat")
        assert text_of(left) == words.LEFT and left.notes is None
        assert talk.told[-1] == words.PAGE_TOLD.format(where="微信")

    async def test_leaving_while_the_page_is_busy(self, talk: Talk) -> None:
        await talk.agree(await talk.scan())
        async with talk.linking.locks.hold((await talk.at("web")).key):
            assert text_of(await talk.leave("wechat")) == words.LEAVING_BUSY
        assert (await talk.at("web")).person == (await talk.at("wechat")).person

    def test_the_guard_lets_all_these_words_pass(self) -> None:
        written = [value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)]
        said = [re.sub(r"\{\w+\}", "微信", each) for each in written]
        assert len(said) > 15
        assert [each for each in said if not guard_reply(each).ok] == []
