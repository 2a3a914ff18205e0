"""Few, short messages out of ours."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Author, Button, Kind, Message, Source
from connectors.base import Bundle, Waiting
from connectors.plain import GENERATED_MARK
from connectors.wechat.packing import MORE, MORE_BESIDE_NUMBERS, ROOM, TEXT_BYTES, in_reply, is_urgent, pack

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
LONG = "每天按时服药，每次0.5克，不要自己停药。" * 120


def message(seq: int, text: str, *labels: str, kind: Kind = Kind.TEXT, author: Author = Author.BOT) -> Message:
    buttons = tuple(Button(label, id=f"m{seq}-{n}", number=n + 1) for n, label in enumerate(labels))
    return Message(seq, f"m{seq}", author, text, AT, kind, buttons=buttons)


def packed(*messages: Message, sent: int = 0) -> list[Bundle]:
    return pack([Waiting(each, sent) for each in messages])


def texts(bundles: list[Bundle]) -> list[str]:
    return [in_reply(bundle, ask=False) for bundle in bundles]


def test_whole_messages_are_joined_with_a_blank_line() -> None:
    (bundle,) = packed(message(1, "好的。"), message(2, "还有别的吗？"))
    assert in_reply(bundle, ask=False) == "好的。\n\n还有别的吗？"
    assert [each.id for each in bundle.done] == ["m1", "m2"] and not bundle.more


def test_they_are_joined_while_they_fit_and_no_further() -> None:
    bundles = packed(*(message(n, "好" * 200) for n in range(1, 6)))
    assert [len(bundle.messages) for bundle in bundles] == [3, 2]
    assert [bundle.more for bundle in bundles] == [True, False]


def test_a_long_one_leaves_in_parts_of_its_own() -> None:
    bundles = packed(message(1, "好的。"), message(2, LONG), message(3, "再见。"))
    assert [(bundle.part, bundle.parts) for bundle in bundles] == [(1, 1), (1, 4), (2, 4), (3, 4), (4, 4), (1, 1)]
    assert "".join(texts(bundles)[1:-1]) == LONG
    assert [each.id for bundle in bundles for each in bundle.done] == ["m1", "m2", "m3"]


def test_parts_that_have_left_are_not_sent_again_and_the_others_are_the_same() -> None:
    bundles = packed(message(1, LONG), message(2, "再见。"))
    assert packed(message(1, LONG), sent=2)[:2] == [replace(each, more=n == 0) for n, each in enumerate(bundles[2:4])]


def test_after_an_update_that_splits_otherwise_the_end_still_leaves() -> None:
    (bundle,) = packed(message(1, "好的。"), sent=7)
    assert bundle.done


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3_000), st.sampled_from(Kind), st.integers(0, 12)), max_size=6))
def test_nothing_is_too_long_and_every_message_ends_once(made: list[tuple[str, Kind, int]]) -> None:
    messages = [message(n, text, *("选项" * 5 for _ in range(b)), kind=kind) for n, (text, kind, b) in enumerate(made)]
    bundles = packed(*messages)
    assert all(len(in_reply(bundle, ask=True).encode()) <= TEXT_BYTES for bundle in bundles)
    ended = [each.id for bundle in bundles for each in bundle.done]
    warned = next((n for n, (_, kind, _) in enumerate(made) if kind is Kind.RED_FLAG), 0)
    assert ended == [each.id for each in messages[warned:] + messages[:warned]]


def test_a_warning_overtakes_what_waits_and_is_not_appended_to_anything() -> None:
    warning = message(3, "请拨打120！", kind=Kind.RED_FLAG)
    bundles = packed(message(1, LONG), message(2, "好的。"), warning, message(4, "已通知护士。"))
    assert texts(bundles)[0] == "请拨打120！\n\n已通知护士。"
    assert [is_urgent(bundle.messages) for bundle in bundles] == [True, *[False] * 5]


def test_a_reminder_is_never_joined() -> None:
    reminder = message(2, "到时间吃药啦：氨氯地平。", "已服药", kind=Kind.REMINDER)
    assert [len(each.messages) for each in packed(message(1, "好的。"), reminder, message(3, "再见。"))] == [1, 1, 1]


def test_choices_are_a_numbered_list_and_a_menu() -> None:
    (bundle,) = packed(message(1, "到时间吃药啦。", "已服药", "10分钟后提醒"))
    assert in_reply(bundle, ask=False) == "到时间吃药啦。\n【1】已服药\n【2】10分钟后提醒\n（回复数字即可）"
    assert bundle.body.menu.head == "到时间吃药啦。"
    assert [button.label for button in bundle.body.menu.buttons] == ["已服药", "10分钟后提醒"]


def test_the_menu_has_the_words_before_it_too_but_choices_only_at_its_end() -> None:
    (joined,) = packed(message(1, "好的。"), message(2, "哪一天？", "今天", "明天"))
    assert joined.body.menu.head == "好的。\n\n哪一天？"
    (between,) = packed(message(1, "哪一天？", "今天"), message(2, "或者打电话。"))
    assert between.body.menu is None and "【1】今天" in between.body.text


def test_a_long_list_or_text_is_no_menu() -> None:
    (many,) = packed(message(1, "哪一天？", *(f"{n}日" for n in range(1, 12))))
    (long,) = packed(message(1, "好" * 400, "今天"))
    assert many.body.menu is None and long.body.menu is None
    assert "【11】11日" in many.body.text


def test_choices_of_a_long_text_are_in_its_last_part() -> None:
    bundles = packed(message(1, LONG, "今天", "明天"))
    assert texts(bundles)[-1].endswith("【1】今天\n【2】明天\n（回复数字即可）")
    assert all(bundle.body.menu is None for bundle in bundles)


def test_who_has_to_ask_for_the_rest_is_told_how() -> None:
    assert in_reply(packed(message(1, LONG))[0], ask=True).endswith("。\n" + MORE)
    assert in_reply(packed(message(1, LONG, "今天"))[0], ask=True).endswith(MORE_BESIDE_NUMBERS)


def test_marks_and_sources_are_there_in_the_text() -> None:
    book = Source("国家处方集", "卫生健康委", "2026-05-03")
    told = replace(message(1, "可以吃。", kind=Kind.GENERATED), sources=(book,))
    nurse = replace(message(2, "我来看看。", author=Author.NURSE), by="王护士")
    (text,) = texts(packed(told, nurse))
    assert text == f"{GENERATED_MARK}\n可以吃。\n出处：《国家处方集》（卫生健康委，2026-05）\n\n【王护士】我来看看。"
    assert is_urgent([message(2, "我来看看。", author=Author.NURSE)]) and not is_urgent([told])


def test_names_of_drugs_are_kept_whole() -> None:
    name = "苯磺酸左氨氯地平片"
    text = "好" * (ROOM // 3 - 4) + name + "好" * 200
    at = text.index(name)
    bundles = pack([Waiting(message(1, text))], lambda _: [(at, at + len(name))])
    assert any(name in each for each in texts(bundles))
    assert not any(name in each for each in texts(pack([Waiting(message(1, text))])))
