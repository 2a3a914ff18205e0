"""The operator's file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import COMMANDS
from connectors.wechat.account_file import EXAMPLE, AccountFile, BadAccountFile, check_account, read_account_file
from connectors.wechat.templates import Purpose, TemplateKind


def test_the_example_is_read_whole() -> None:
    file = read_account_file(EXAMPLE)
    assert set(file.places.scenes) == {"ward-5a", "dept-cardiology", "class-2026"}
    reminder = file.templates.of(Purpose.REMINDER)
    assert reminder is not None and reminder.kind is TemplateKind.LONG_TERM
    assert file.templates.is_long_term(reminder.id) and not file.templates.is_long_term("another")
    notice = file.templates.of(Purpose.NOTICE)
    assert notice is not None and notice.kind is TemplateKind.TEMPLATE


def test_its_menu_is_what_wechat_takes() -> None:
    rows = read_account_file(EXAMPLE).places.menu_body()["button"]
    assert len(rows) <= 3 and all(len(row.get("sub_button", ())) <= 5 for row in rows)
    leaves = [leaf for row in rows for leaf in row.get("sub_button", (row,))]
    assert all(leaf["type"] == "click" and 1 <= len(leaf["key"].encode()) <= 128 for leaf in leaves)
    assert len({leaf["key"] for leaf in leaves}) == len(leaves)
    assert all(len(row["name"].encode()) <= 16 for row in rows)


def test_without_a_file_all_is_empty() -> None:
    assert read_account_file(None) == AccountFile()
    assert check_account({}, "wechat.yml") == AccountFile()


def test_pages_are_opened() -> None:
    places = check_account({"menu": [{"name": "官网", "url": "https://example-hospital.cn"}]}, "f").places
    assert places.menu_body() == {"button": [{"type": "view", "name": "官网", "url": "https://example-hospital.cn"}]}


def test_the_key_is_the_same_for_the_same_doing() -> None:
    one, other = (check_account({"menu": [{"name": name, "say": "我要挂号"}]}, "f").places for name in ("挂号", "预约"))
    assert one.menu_body()["button"][0]["key"] == other.menu_body()["button"][0]["key"]


TEMPLATE = {"id": "template-1", "kind": "long_term"}
WRONG: dict[str, Any] = {
    "four entries": {"menu": [{"name": str(n), "say": "好"} for n in range(4)]},
    "six below": {"menu": [{"name": "甲", "items": [{"name": str(n), "say": "好"} for n in range(6)]}]},
    "no entry": {"menu": []},
    "a name of 18 bytes": {"menu": [{"name": "预约挂号问药", "say": "好"}]},
    "a name of 63 bytes below": {"menu": [{"name": "甲", "items": [{"name": "好" * 21, "say": "好"}]}]},
    "two doings": {"menu": [{"name": "甲", "say": "好", "url": "https://x.cn"}]},
    "no doing": {"menu": [{"name": "甲"}]},
    "an unknown command": {"menu": [{"name": "甲", "command": "launch"}]},
    "items in items": {"menu": [{"name": "甲", "items": [{"name": "乙", "items": [{"name": "丙", "say": "好"}]}]}]},
    "a scene of linking": {"scenes": {"link-1": {"name": "甲"}}},
    "a scene with a blank": {"scenes": {"a b": {"name": "甲"}}},
    "say and words": {"scenes": {"a": {"name": "甲", "say": "好", "words": "好"}}},
    "an unknown part": {"menus": []},
    "an unknown purpose": {"templates": {"advert": TEMPLATE | {"fields": {"thing1": "drug"}}}},
    "a drug in a phrase": {"templates": {"reminder": TEMPLATE | {"fields": {"phrase1": "drug"}}}},
    "a time in a number": {"templates": {"reminder": TEMPLATE | {"fields": {"number1": "time"}}}},
    "a phrase of six": {"templates": {"reminder": TEMPLATE | {"fields": {"phrase1": {"text": "请按时吃药呀"}}}}},
    "no fields": {"templates": {"reminder": TEMPLATE | {"fields": {}}}},
    "a list": [],
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused_by_name(raw: Any, tmp_path: Path) -> None:
    file = tmp_path / "wechat.yml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    if raw == []:  # an empty file is no mistake
        assert read_account_file(file) == AccountFile()
        return
    with pytest.raises(BadAccountFile, match=r"wechat\.yml"):
        read_account_file(file)


@pytest.mark.parametrize("content", [b"menu: [", b"\xff\xfe", None])
def test_what_cannot_be_read_says_so(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "wechat.yml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadAccountFile, match="读不了"):
        read_account_file(file)


def test_commands_of_the_example_are_the_houses() -> None:
    raw = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    assert {row["command"] for row in raw["menu"] if "command" in row} <= set(COMMANDS)
