"""Buttons and sources as text."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.messages import Author, Button, Kind, Message, Source
from connectors.numbered import numbered
from connectors.plain import plain

MESSAGE = Message(1, "m1", Author.BOT, "可以吃。", datetime(2026, 11, 21, 8, tzinfo=UTC))
BOOK = Source("国家处方集", "卫生健康委", "2026-05-03")


def test_buttons_show_the_numbers_they_were_given() -> None:
    buttons = [Button("已服药", number=4), Button("这次不吃", number=5)]
    assert numbered(buttons) == "【4】已服药\n【5】这次不吃"


def test_a_button_without_a_number_shows_none() -> None:
    assert numbered([Button("转人工")]) == "要找护士，回复“转人工”"


def test_sources_are_written_below_each_once() -> None:
    message = replace(MESSAGE, sources=(BOOK, BOOK, Source("《说明书》", "", "")))
    assert plain(message) == "可以吃。\n出处：《国家处方集》（卫生健康委，2026-05）\n出处：《说明书》"


def test_words_of_a_model_are_marked_in_front() -> None:
    assert plain(replace(MESSAGE, kind=Kind.GENERATED)) == "（AI 生成，仅供参考）\n可以吃。"


def test_a_nurses_words_say_so() -> None:
    assert plain(replace(MESSAGE, author=Author.NURSE)) == "【护士】可以吃。"


def test_halves_of_characters_do_not_reach_the_wire() -> None:
    assert plain(replace(MESSAGE, text="好\ud83d")) == "好\ufffd"


def test_a_picture_is_a_link_where_none_is_shown() -> None:
    assert plain(replace(MESSAGE, picture="https://h.example/p.png")).endswith("：https://h.example/p")
