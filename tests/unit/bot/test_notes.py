"""What is noted of a talk: from plain words only, small however long it gets, unharmed by the store."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.notes import MOST_PEOPLE, MOST_THINGS, NO_NOTES, About, Notes, as_text, from_text
from bot.noting import Noting

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DRUGS = ("缬沙坦", "二甲双胍", "阿司匹林", "布洛芬", "青霉素")
NOTING = Noting(
    lambda text: [one for one in DRUGS if one in text], lambda text: {"belly": "肚子疼"} if "肚子疼" in text else {}
)


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("我家孩子3岁，发烧两天了，对青霉素过敏", "孩子：3岁，对青霉素过敏"),
        ("我妈有高血压20年了，在吃缬沙坦", "妈妈：有高血压，在用缬沙坦"),
        ("我怀孕5个月，能吃布洛芬吗", "本人：怀孕"),
        ("宝宝8个月大了", "孩子：8个月"),
        ("我一直在吃二甲双胍和阿司匹林", "本人：在用二甲双胍、阿司匹林"),
        ("我65岁，得过脑梗", "本人：65岁，有脑梗"),
        ("大人，没怀孕，没有慢性病，没吃别的药", "本人：成人"),
        ("我没有糖尿病", ""),
        ("会不会是糖尿病", ""),
        ("能不能一直吃阿司匹林", ""),
        ("我对青霉素不过敏", ""),
        ("三个月前咳嗽过", ""),
        ("孩子3个月前咳嗽过", ""),
        ("我妈糖尿病，睡不好", "妈妈：有糖尿病"),
        ("我妈糖尿病会遗传吗", ""),
        ("孩子不满3个月", "孩子：不满3个月"),
        ("孩子3个月到1岁", "孩子：3个月到1岁"),
        ("60岁以上，没有慢性病", "本人：60岁以上"),
        ("18岁以上才能打吗", ""),
        ("我怀孕了，我妈让我喝姜汤，已经5个月了", "本人：怀孕"),
    ],
)
def test_only_what_is_plainly_said_is_noted(said: str, noted: str) -> None:
    assert NOTING.learn(NO_NOTES, said, AT).in_words() == noted


def test_what_is_said_later_of_the_same_person_is_added_or_replaces() -> None:
    notes = NOTING.learn(NO_NOTES, "我怀孕了", AT)
    notes = NOTING.learn(notes, "我在吃缬沙坦", AT)
    notes = NOTING.learn(notes, "我妈有糖尿病，在吃二甲双胍", AT)
    assert notes.in_words() == "本人：怀孕，在用缬沙坦；妈妈：有糖尿病，在用二甲双胍"
    assert NOTING.learn(notes, "我没怀孕", AT).about("本人").state == ""


def test_who_was_named_is_spoken_of_until_somebody_else_is() -> None:
    """A child's age must never stand with the mother: what she takes would be judged by it."""
    notes = NOTING.learn(NO_NOTES, "孩子发烧了怎么办", AT)
    assert notes.in_words() == ""
    notes = NOTING.learn(notes, "2岁，对青霉素过敏", AT)
    assert notes.in_words() == "孩子：2岁，对青霉素过敏"
    assert NOTING.learn(notes, "大人，没怀孕", AT).about("本人").age == "成人"
    assert NOTING.learn(notes, "我也烧，在喂奶", AT).about("本人").state == "哺乳"


def test_notes_stay_small_however_long_the_talk() -> None:
    notes = NO_NOTES
    for n in range(500):
        about = About(f"亲戚{n}", drugs=tuple(f"药{m}" for m in range(MOST_THINGS)))
        notes = notes.with_person(about).with_complaint(f"c{n}", "疼", AT)
    assert len(notes.people) == MOST_PEOPLE and len(notes.complaints) == MOST_THINGS
    assert len(as_text(notes) or "") < 3_000


def test_notes_come_back_from_the_store_as_they_were() -> None:
    notes = Notes((About("孩子", "3岁", "", ("青霉素",), (), ("布洛芬",)),), (), True, True, "发烧吃什么药")
    notes = notes.with_complaint("belly", "肚子疼", AT)
    assert from_text(as_text(notes)) == notes
    assert as_text(NO_NOTES) is None and from_text(None) == NO_NOTES


def test_a_complaint_is_counted_by_contacts_not_by_sentences() -> None:
    notes = NOTING.learn(NO_NOTES, "肚子疼", AT)
    notes = NOTING.learn(notes, "还是肚子疼", AT + timedelta(minutes=5))
    assert notes.contacts("belly") == 1
    notes = NOTING.learn(notes, "又肚子疼", AT + timedelta(hours=20))
    notes = NOTING.learn(notes, "肚子疼没好", AT + timedelta(hours=50))
    assert notes.contacts("belly") == 3
    assert NOTING.learn(notes, "肚子疼", AT + timedelta(days=9)).contacts("belly") == 1
