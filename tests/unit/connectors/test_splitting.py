"""Long texts are cut where nothing is broken, and nothing is lost."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.splitting import split
from connectors.unbreakable import Span
from knowledge.drug_names import DrugBook, load_drug_book

WHOLE = (
    "0.5克", "每日3次", "1/2片", "10-20mg", "２５毫克", "8:30", "010-6123 4567", "138 0013 8000", "2026-11-21",
    "2026年11月21日 8:30", "每次1片，每日3次", "一次半片，一日两次", "5～10 mg/kg/日", "0.25g*24粒/盒", "每8小时1次",
    "不超过4克", "120/80mmHg", "38.5℃", "餐前30分钟", "每天晚上8点", "每周一、三、五各1片", "早晚各1片", "100 000单位",
    "《国家处方集（2026年版）》", "https://www.example-hospital.cn/a?b=1&c=2", "care@example-hospital.cn", "二十四小时",
    "0.1%", "第3天", "1片半", "5mg bid", "至少隔4小时", "140～159/90～99 mmHg", "👨‍👩‍👧‍👦", "🇨🇳", "é", "👍🏽",
)  # fmt: skip
NAMES = ("苯磺酸左氨氯地平片", "阿司匹林", "精蛋白人胰岛素")
FILLING = (
    "请按医嘱服用",
    "如有不适",
    "及时就医",
    "，",
    "。",
    "；",
    "\n",
    "不要自行停药",
    " ",
    "（注意）",
    "！",
    "Take it ",
    "、",
)
TEXTS = st.lists(st.sampled_from(WHOLE + NAMES + FILLING), min_size=1, max_size=60).map("\u3000".join)


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def names_in(text: str) -> Sequence[Span]:
    return [hit.span() for name in NAMES for hit in re.finditer(name, text)]


def bytes_of(text: str) -> int:
    return len(text.encode())


def without_blanks(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None)
@given(st.text(), st.integers(4, 300))
def test_no_part_is_too_long_and_nothing_is_lost(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(bytes_of(part) <= most for part in parts)
    assert without_blanks("".join(parts)) == without_blanks(text)
    assert len(parts) == 1 or all(parts)
    assert parts == split(text, most)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(60, 400))
def test_no_dose_number_date_name_title_or_emoji_is_cut(text: str, most: int) -> None:
    parts = split(text, most, names=names_in)
    for whole in WHOLE + NAMES:
        assert sum(part.count(whole) for part in parts) == text.count(whole)


@settings(deadline=None)
@given(st.lists(st.sampled_from("e\u0301👨‍👩‍👧🇨🇳👍🏽人"), min_size=1, max_size=200), st.integers(4, 40))
def test_any_mixture_of_marks_stays_under_the_limit(marks: list[str], most: int) -> None:
    text = "".join(marks)
    parts = split(text, most)
    assert all(bytes_of(part) <= most for part in parts) and "".join(parts) == text


@pytest.mark.parametrize("whole", WHOLE)
def test_what_is_whole_stays_whole_wherever_the_limit_falls(whole: str) -> None:
    for before in range(60, 100):
        text = "好" * (before // 3) + "a" * (before % 3) + whole + "好" * 40
        parts = split(text, 100)
        assert any(whole in part for part in parts), (before, parts)


def test_the_cut_is_at_a_sentence_end_if_that_fills_a_third_of_the_part() -> None:
    sentence = "饭后服用，多喝水。"
    parts = split(sentence * 20, 100)
    assert all(part.endswith("。") for part in parts)


def test_then_at_a_comma() -> None:
    parts = split("每天按时服药，不要自己停药，" * 20, 100)
    assert all(part.endswith("，") for part in parts)


def test_closing_quotes_stay_with_their_sentence() -> None:
    parts = split("医生说：“饭后吃。”" * 10, 100)
    assert all(part.endswith("”") for part in parts)


def test_no_line_begins_with_a_mark_or_ends_with_a_bracket() -> None:
    parts = split("好好好（好）好好，" + "好" * 300, 25)
    assert not any(part[0] in "，）" or part[-1] in "（" for part in parts)


def test_what_fits_is_left_as_it_is() -> None:
    assert split(" 两端有空格 \n", 100) == [" 两端有空格 \n"]
    assert split("", 4) == [""]


def test_own_words_are_kept_whole() -> None:
    words = "10分钟后提醒我一下"
    parts = split("好" * 20 + words + "好" * 20, 75, keep_whole=[words])
    assert any(words in part for part in parts)


def test_one_thing_longer_than_a_part_is_cut_between_characters() -> None:
    parts = split("1" * 50, 20)
    assert [len(part) for part in parts] == [20, 20, 10]
    flags = split("🇨🇳" * 10, 20)
    assert all(part == "🇨🇳" * 2 for part in flags)


def test_of_a_row_of_doses_longer_than_a_part_each_stays_whole() -> None:
    assert all(part.replace("0.5克", "").strip() == "" for part in split("0.5克 " * 50, 60))


AMOUNT = re.compile(
    r"\d+(?:[.～~-]\d+)*(?:毫克|微克|克|毫升|片|粒|次|小时|天|岁|国际单位|单位|mg|g|ml|IU|%|℃)|每[天日]\d|[半一二三四]片"
)


def test_no_amount_of_the_drug_book_is_cut(book: DrugBook) -> None:
    """Everything that is told of every drug, in parts shorter than the shortest channel's."""
    cuts = 0
    for drug in book:
        text = drug.name + "。" + "".join(drug.aspects.values())
        parts = split(text, 150, names=lambda text: [(one.start, one.end) for one in book.mentions(text)])
        assert without_blanks("".join(parts)) == without_blanks(text)
        cuts += len(parts) - 1
        for found in (AMOUNT, re.compile(re.escape(drug.name))):
            assert sum(len(found.findall(part)) for part in parts) == len(found.findall(text)), drug.name
    assert cuts > 5_000


def test_halves_of_characters_are_made_sendable() -> None:
    assert split("好\ud83d\ude00", 100) == ["好😀"]
    assert split("好\ud83d", 100) == ["好\ufffd"]


def test_a_limit_below_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        split("好", 3)


LONG = {
    "leaflet": "阿司匹林肠溶片每次100mg，每日1次，饭前用适量水送服。如有黑便请立即停药就医！见《说明书》（2026）。"
    * 700,
    "one digit": "1" * 100_000,
    "one word": "每" * 33_000,
    "commas": "，" * 33_000,
    "dots": "a." * 50_000,
    "at signs": "a@" * 50_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_cut_in_linear_time(name: str) -> None:
    """100 kB take 20–50 ms on an ordinary machine; ten times that would mean that time grows with the square."""
    text = LONG[name]
    best = min(_seconds(text) for _ in range(3))
    assert best < 0.5


def _seconds(text: str) -> float:
    began = time.perf_counter()
    parts = split(text, 2_048)
    took = time.perf_counter() - began
    assert all(bytes_of(part) <= 2_048 for part in parts)
    return took
