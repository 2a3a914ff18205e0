"""How learners speak: each manner is heard in many wordings, and not in what only looks like it."""

from pathlib import Path

import pytest
import yaml

from cases.hearing import hear
from cases.library import load_case
from cases.manners import spoken
from cases.model import Manner
from cases.words import plain

HERE = Path(__file__).parent
SCRIPT = load_case(HERE.parents[2] / "cases" / "data" / "chest-pain-01.yml").script
LINES = yaml.safe_load((HERE / "manners.yml").read_text("utf-8"))
MISSED, MISTAKEN = 0.05, 0.03  # shares allowed


def heard(line: str) -> tuple[Manner, ...]:
    return hear(SCRIPT, line).manners


@pytest.mark.parametrize("manner", LINES)
def test_a_manner_is_heard_in_many_wordings(manner: str) -> None:
    lines = LINES[manner]["heard"]
    missed = [line for line in lines if Manner(manner) not in heard(line)]
    assert len(missed) <= MISSED * len(lines), missed


@pytest.mark.parametrize("manner", LINES)
def test_what_only_looks_like_it_is_not(manner: str) -> None:
    near = LINES[manner]["near"]
    mistaken = [line for line in near if Manner(manner) in heard(line)]
    assert len(mistaken) <= max(1, MISTAKEN * len(near)) * (len(near) >= 30), mistaken


def test_no_manner_is_taken_for_talk_to_a_machine() -> None:
    lines = [line for each in LINES.values() for part in each.values() for line in part]
    assert [line for line in lines if "role" in hear(SCRIPT, line).blocked] == []


def test_each_sentence_of_a_long_message_counts() -> None:
    said = "大爷您好。您疼成这样真够受的。哪儿不得劲，从头说。一会儿护士带您去抽血，还有什么想问的？"
    assert {Manner.GREETING, Manner.EMPATHY, Manner.OPEN, Manner.CLOSING} <= set(spoken(plain(said)))


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        ("所以您昨天开始疼，后来吐了，对吗？", True), ("所以您昨天没吃药，对吗？", False),
        ("您昨天开始疼，后来吐了，晚上发烧，对吗？", True), ("您昨天开始疼，有没有发烧，哪边疼，对吗？", False),
    ],
)  # fmt: skip
def test_a_summary_holds_facts(said: str, summary: bool) -> None:
    assert (Manner.SUMMARY in spoken(plain(said))) is summary
