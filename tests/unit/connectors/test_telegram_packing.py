"""What leaves for Telegram fits into its limits and on a small phone."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Author, Button, Kind, Message, Source
from connectors.base import Waiting
from connectors.telegram.keyboards import CHATS, PER_CHAT, Keyboards
from connectors.telegram.packing import ROW_BUTTONS, ROW_CELLS, TEXT_UNITS, Screen, cells, pack, rows, units

AT = datetime(2026, 11, 21, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef-0"


def message(text: str, *buttons: Button, kind: Kind = Kind.TEXT, author: Author = Author.BOT) -> Message:
    return Message(1, "m", author, text, AT, kind, buttons=buttons)


def screens(*messages: Message, parts_sent: int = 0) -> list[Screen]:
    return [bundle.body for bundle in pack([Waiting(each, parts_sent) for each in messages])]


def test_a_message_is_a_message() -> None:
    button = Button("转人工", command="request_human", id=ID)
    assert screens(message("你好"), message("选", button)) == [Screen("你好"), Screen("选", ((("转人工", ID),),))]


def test_who_speaks_and_what_it_rests_on_is_written_out() -> None:
    source = Source("说明书", "药监局", "2026-05-01")
    (generated,) = pack([Waiting(Message(1, "m", Author.BOT, "饭后吃", AT, Kind.GENERATED, sources=(source,)))])
    assert generated.body.text == "（AI 生成，仅供参考）\n饭后吃\n出处：《说明书》（药监局，2026-05）"
    assert screens(message("我在", author=Author.NURSE))[0].text == "【护士】我在"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9_000), st.integers(0, 3))
def test_no_part_is_too_long_and_nothing_is_lost(text: str, parts_sent: int) -> None:
    parts = [bundle.body.text for bundle in pack([Waiting(message(text))])]
    assert all(units(part) <= TEXT_UNITS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    again = pack([Waiting(message(text), parts_sent)])
    assert [bundle.body.text for bundle in again] == parts[parts_sent:], "parts are the same each time"


def test_a_text_that_fits_by_telegrams_own_count_is_not_cut() -> None:
    assert [units(each.text) for each in screens(message("好" * 4_096))] == [4_096]
    assert len(screens(message("好" * 4_097))) > 1
    assert units("👍") == 2 and len(screens(message("👍" * 2_048))) == 1


def test_a_dose_is_not_cut_and_the_buttons_stand_under_the_last_part() -> None:
    text = "".join(f"第{n}条氨氯地平片每次{n}.25毫克每日2次" for n in range(400))
    bundles = pack([Waiting(message(text, Button("好", id=ID)))])
    assert [bool(bundle.body.rows) for bundle in bundles] == [False] * (len(bundles) - 1) + [True]
    assert [bundle.more for bundle in bundles] == [True] * (len(bundles) - 1) + [False]
    assert sum(bundle.body.text.count(f"{n}.25毫克") for bundle in bundles for n in (7, 77, 399)) >= 3
    assert all(f"每次{n}.25毫克" in "\n".join(bundle.body.text for bundle in bundles) for n in range(400))


@given(st.lists(st.text(min_size=1, max_size=90), max_size=20))
def test_rows_are_narrow_in_order_and_complete(labels: list[str]) -> None:
    keyboard = rows([Button(label, id=f"m-{n}") for n, label in enumerate(labels)])
    assert [id for row in keyboard for _, id in row] == [f"m-{n}" for n in range(len(labels))]
    for row in keyboard:
        assert len(row) == 1 or (len(row) <= ROW_BUTTONS and sum(cells(label) for label, _ in row) <= ROW_CELLS)


def test_short_labels_share_a_row() -> None:
    keyboard = rows([Button(label) for label in ("已服药", "10分钟后提醒", "这次不吃")])
    assert [[label for label, _ in row] for row in keyboard] == [["已服药", "10分钟后提醒"], ["这次不吃"]]


def test_the_same_offer_supersedes_the_older_one() -> None:
    taken = Button("已服药", command="dose_taken", args={"dose": "d1"})
    later = Button("10分钟后提醒", command="dose_snooze", args={"dose": "d1"})
    other = Button("已服药", command="dose_taken", args={"dose": "d2"})
    known = Keyboards()
    assert known.shown("c", 1, [taken, later]) == []
    assert known.shown("c", 2, [other]) == []
    assert known.shown("d", 1, [taken]) == [], "another person's"
    assert known.shown("c", 3, [taken]) == [1]
    assert known.shown("c", 3, [taken]) == [], "the same message, edited"
    known.answered("c", 3)
    assert known.shown("c", 4, [taken]) == []
    assert known.shown("c", 5, [Button("挂号", say="挂号"), Button("转人工", command="request_human")]) == []


def test_keyboards_are_forgotten_in_the_end() -> None:
    known = Keyboards()
    for n in range(CHATS + 10):
        known.shown(str(n), 1, [Button("x", command="c", args={"a": "1"})])
    assert known.shown("0", 2, [Button("x", command="c", args={"a": "1"})]) == []
    for n in range(PER_CHAT + 1):
        known.shown("z", n, [Button("x", command="c", args={"a": str(n)})])
    assert known.shown("z", 99, [Button("x", command="c", args={"a": "0"})]) == []
