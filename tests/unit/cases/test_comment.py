"""The model's comment: what it is asked, what is taken of it, and its replay."""

import json
from dataclasses import replace

import pytest

from cases.comment import (
    LONGEST,
    SCHEMA,
    BadComment,
    Comment,
    NotTheSame,
    Record,
    by_rules,
    prompt,
    prompt_hash,
    read,
    record_of,
    replay,
    seed_of,
)
from cases.debrief import Group, debrief
from tests.unit.cases.sitting import CASE, ENDING, EXPERT, NOTHING, concluding, play, sheet_of

SHEET = sheet_of(EXPERT[:8], concluding(diagnosis="急性胃炎"))
EARNED = next(mark.item for mark in SHEET.items if mark.points == mark.max)
MISSED = SHEET.missed[0].item


def said(**changed: object) -> str:
    good = {
        "strengths": [{"item": EARNED, "text": "开头问得清楚，病人愿意说。"}],
        "gaps": [{"item": MISSED, "text": "下次可以直接问一句，再看病人的反应。"}],
        "next": "先把漏掉的关键条目问全。",
    }
    return json.dumps(good | changed, ensure_ascii=False)


def gap(text: str, item: str = MISSED) -> str:
    return said(gaps=[{"item": item, "text": text}])


def test_a_comment_on_the_sheet_is_taken() -> None:
    comment = read(said(), SHEET)
    assert comment.strengths[0].item == EARNED and comment.gaps[0].item == MISSED
    assert comment.to_json() == json.loads(said())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("好的，以下是讲评", "no JSON"),
        ("[]", "type"),
        (said(score=100), "additionalProperties"),
        (json.dumps({"strengths": [], "gaps": []}), "required"),
        (said(gaps=[{"item": MISSED, "text": "请再问一次。"}] * 4), "maxItems"),
        (said(next="长" * (LONGEST + 1)), "maxLength"),
        (gap("下次直接问一句。", "c_nothing"), "unknown mark"),
        (gap("下次直接问一句。", EARNED), "mark of the other kind"),
        (said(strengths=[{"item": MISSED, "text": "问得很好很仔细。"}]), "mark of the other kind"),
        (gap("下次先给 300 mg 再说。"), "foreign number, letters"),
        (gap("下次先给三百毫克再说。"), "foreign amount"),
        (gap("您差点漏了胰腺炎的线索。"), "foreign illness"),
        (gap("别忘了脑梗死的可能。"), "foreign illness"),
        (gap("下次可以先用美托洛尔。"), "foreign drug"),
        (said(next="建议先给头孢再观察。"), "foreign drug"),
        (said(next="You should ask more questions."), "foreign letters"),
    ],
)
def test_what_the_sheet_does_not_bear_is_refused(raw: str, why: str) -> None:
    with pytest.raises(BadComment, match=why):
        read(raw, SHEET)


def test_what_the_sheet_says_may_be_said_again() -> None:
    mark = SHEET.missed[0]
    again = f"{mark.label}：{mark.why}"[:LONGEST]
    assert read(gap(again), SHEET).gaps[0].text == again
    figures = f"这次得了{SHEET.total}分，满分{SHEET.max}分。"
    assert read(said(next=figures), SHEET).next == figures


def test_every_mark_of_the_rules_own_comment_stands() -> None:
    for sheet in (SHEET, sheet_of(), sheet_of([], NOTHING)):
        comment = by_rules(sheet)
        assert read(json.dumps(comment.to_json(), ensure_ascii=False), sheet) == comment
        assert len(comment.strengths) <= 3 >= len(comment.gaps)


def test_marks_that_wait_for_a_teacher_are_not_spoken_of() -> None:
    sheet = debrief(CASE, play(EXPERT[:8]), ENDING, frozenset({Group.ASKED}))
    asked = next(mark.item for mark in sheet.items if mark.group == "asked")
    assert asked not in "".join(message["content"] for message in prompt(sheet))
    with pytest.raises(BadComment, match="unknown mark"):
        read(gap("下次直接问一句。", asked), sheet)


def test_the_model_is_shown_the_sheet_and_never_the_talk() -> None:
    shown = "".join(message["content"] for message in prompt(SHEET))
    assert MISSED in shown and "JSON" in shown and f"{SHEET.total}/{SHEET.max}" in shown
    for turn in play(EXPERT[:8]).turns:
        assert turn.said not in shown and turn.answer not in shown
    assert "急性胃炎" not in shown, "nor what the learner wrote: no way in for instructions"


def test_prompt_hash_and_seed_follow_the_sheet() -> None:
    other = sheet_of()
    assert prompt_hash(prompt(SHEET)) == prompt_hash(prompt(SHEET)) != prompt_hash(prompt(other))
    assert seed_of(SHEET) == seed_of(SHEET) != seed_of(other) and 0 <= seed_of(SHEET) < 2**31


def test_a_record_replays_to_the_same_comment() -> None:
    record = Record.from_json(record_of(SHEET, "qwen2.5-7b", said()).to_json())
    assert record.raw == said() and (record.case, record.case_version) == (CASE.id, CASE.version)
    assert replay(record, SHEET) == read(said(), SHEET) == replay(record, SHEET)


@pytest.mark.parametrize(
    ("field", "value"), [("rules", "1"), ("seed", 7), ("prompt_hash", "0" * 64), ("case_version", 99), ("case", "x")]
)
def test_a_record_of_another_sheet_does_not_replay(field: str, value: object) -> None:
    record = replace(record_of(SHEET, "qwen2.5-7b", said()), **{field: value})  # type: ignore[arg-type]
    with pytest.raises(NotTheSame, match=field):
        replay(record, SHEET)


def test_what_cannot_stand_is_not_recorded() -> None:
    with pytest.raises(BadComment):
        record_of(SHEET, "qwen2.5-7b", gap("下次可以先用美托洛尔。"))


def test_the_schema_is_closed() -> None:
    assert SCHEMA["additionalProperties"] is False
    assert isinstance(by_rules(SHEET), Comment)
