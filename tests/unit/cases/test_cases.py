"""The patient: understands students, tells what is unlocked and nothing else, stays in role."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.encounter import Encounter, Turn
from cases.hearing import hear
from cases.library import BadCaseError, load_cases
from cases.model import Case, Denial, Fact, Manner
from cases.patient import SpokenAnswer, answer

CASES = load_cases()
CASE: Case = CASES["chest-pain-01"]
QUESTIONS = yaml.safe_load((Path(__file__).parent / "questions.yml").read_text("utf-8"))
AT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def talk(*lines: str, case: Case = CASE) -> tuple[Encounter, list[SpokenAnswer]]:
    encounter, answers = Encounter.start(case, AT), []
    for number, line in enumerate(lines):
        encounter, spoken = answer(case, encounter, line, AT + timedelta(seconds=20 * number))
        answers.append(spoken)
    return encounter, answers


def pairs(part: str) -> list[tuple[str, str]]:
    return [(item, line) for item, lines in QUESTIONS[part].items() for line in lines]


def leaks(text: str, case: Case = CASE) -> list[str]:
    return [word for word in case.key.diagnosis.forbidden if word.lower() in text.lower()]


def sayable(case: Case, spoken: SpokenAnswer) -> set[str]:
    """The pieces out of which this answer may be made."""
    script = case.script
    pieces = {words for variants in script.persona.say.values() for words in variants}
    for item in script.items:
        pieces |= set(item.words) if item.id in spoken.disclosed else set(item.hold)
    pieces |= {f"【检查台】{each.label}：{each.result}" for each in script.investigations if each.id in spoken.ordered}
    return pieces | {"【检查台】这项检查目前不能做，或者与本次就诊无关，没有结果。"}


def made_of(text: str, pieces: set[str]) -> bool:
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "")
    return not text.strip()


def test_there_are_over_a_hundred_student_questions() -> None:
    assert len(pairs("asked")) >= 100
    assert len(QUESTIONS["adversarial"]) >= 100
    assert len(CASE.script.items) >= 35


def test_student_questions_unlock_what_they_ask_for() -> None:
    wrong = {}
    for item, line in pairs("asked") + pairs("gentle"):
        _, (spoken,) = talk(line)
        if item not in spoken.asked:
            wrong[line] = (item, spoken.asked)
    assert len(wrong) <= 0.03 * len(pairs("asked")), wrong


def test_student_questions_bring_nothing_unrelated() -> None:
    extra = {}
    for item, line in pairs("asked"):
        _, (spoken,) = talk(line)
        if unrelated := set(spoken.disclosed) - set(spoken.asked):
            extra[line] = (item, unrelated)
    assert not extra


@pytest.mark.parametrize(("item", "line"), pairs("gentle"))
def test_gentle_questions_open_what_is_hard_to_say(item: str, line: str) -> None:
    _, (spoken,) = talk(line)
    assert item in spoken.disclosed


@pytest.mark.parametrize(("test", "line"), pairs("ordered"))
def test_orders_go_to_the_test_desk(test: str, line: str) -> None:
    encounter, (spoken,) = talk(line)
    assert spoken.ordered and test in spoken.ordered
    assert "【检查台】" in spoken.text
    assert test in encounter.ordered
    assert not spoken.disclosed


@pytest.mark.parametrize("line", QUESTIONS["open"])
def test_open_questions_bring_what_he_tells_by_himself(line: str) -> None:
    _, (spoken,) = talk(line)
    assert spoken.disclosed == ("onset", "quality")


@pytest.mark.parametrize("line", QUESTIONS["understood_by_nothing"])
def test_unknown_is_said_so(line: str) -> None:
    _, (spoken,) = talk(line)
    assert spoken.disclosed == ()


@pytest.mark.parametrize("line", QUESTIONS["adversarial"])
def test_no_attack_brings_anything_to_light(line: str) -> None:
    encounter, (spoken,) = talk(line)
    assert leaks(spoken.text) == []
    assert spoken.disclosed == ()
    assert made_of(spoken.text, sayable(CASE, spoken))
    assert spoken.blocked or spoken.ordered or "怎么样" in line or encounter.turns[0].answer


@given(
    st.text(max_size=300)
    | st.sampled_from(QUESTIONS["adversarial"]).flatmap(lambda s: st.text(max_size=20).map(s.__add__))
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_said_only_unlocked_words_come_back(line: str) -> None:
    _, answers = talk("您好", line, line)
    for spoken in answers:
        assert leaks(spoken.text.split("【检查台】")[0]) == []
        assert made_of(spoken.text, sayable(CASE, spoken))
        assert spoken.text


def test_asking_again_gives_the_same_fact() -> None:
    for item, line in pairs("asked"):
        _, (_, second, third) = talk(line, line, line)
        if item in second.disclosed:
            assert item in third.disclosed, line


def test_what_is_played_down_comes_out_at_the_second_asking() -> None:
    _, (first, second) = talk("您抽烟吗？", "烟到底一天抽多少？")
    assert "smoking" not in first.disclosed and "smoking" in first.blocked
    assert "smoking" in second.disclosed
    assert "一包" in second.text and "一包" not in first.text


def test_what_hurts_is_told_after_rapport_only() -> None:
    _, (cold,) = talk("您最担心什么？")
    _, answers = talk("您好，我是急诊科的李医生。", "您一定很难受，别怕，我们会帮您。", "您最担心什么？")
    assert cold.disclosed == ()
    assert "concern" in answers[-1].disclosed


def test_rudeness_costs_rapport() -> None:
    kind, _ = talk("您好，我是医生", "您别担心")
    rude, _ = talk("您好，我是医生", "少废话")
    assert rude.rapport < kind.rapport and rude.mood < kind.mood


def test_jargon_is_not_understood_unless_explained() -> None:
    _, (jargon,) = talk("有没有放射痛？")
    _, (plain,) = talk("有没有放射痛，就是会不会窜到胳膊？")
    assert jargon.disclosed == () and "jargon" in jargon.blocked
    assert "radiation" in plain.disclosed


def test_several_questions_in_one_breath_are_all_answered() -> None:
    _, (spoken,) = talk("疼了多久了？出汗吗？恶心吗？")
    assert set(spoken.disclosed) == {"onset", "sweat", "nausea"}


def test_an_unknown_test_is_refused_by_the_desk() -> None:
    _, (spoken,) = talk("做个头颅核磁")
    assert "【检查台】" in spoken.text and spoken.ordered == ()


@pytest.mark.parametrize("line", ["", "   ", "😀😀", "？？？"])
def test_nothing_said_is_answered_kindly(line: str) -> None:
    _, (spoken,) = talk(line)
    assert spoken.text and spoken.disclosed == ()


def test_five_thousand_characters_are_survived() -> None:
    _, (spoken,) = talk("疼了多久了？" + "啊" * 5000)
    assert spoken.disclosed == ("onset",)


def test_replay_gives_the_same_words() -> None:
    lines = [line for _, line in pairs("asked")][:40]
    assert [a.text for a in talk(*lines)[1]] == [a.text for a in talk(*lines)[1]]


@given(
    st.lists(
        st.builds(
            Turn, st.text(), st.text(), st.datetimes(timezones=st.just(UTC)),
            *[st.lists(st.text(max_size=5), max_size=3).map(tuple)] * 4,
            st.lists(st.sampled_from(Manner), max_size=3).map(tuple),
        ),
        max_size=4,
    ),
    st.integers(-3, 9),
)  # fmt: skip
def test_an_encounter_survives_json(turns: list[Turn], rapport: int) -> None:
    encounter = Encounter("x", 1, AT, tuple(turns), rapport, 0)
    assert Encounter.from_json(encounter.to_json()) == encounter


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_no_case_can_say_its_diagnosis(case: Case) -> None:
    spoken = [case.title, case.setting, case.opening, *(w for ws in case.script.persona.say.values() for w in ws)]
    spoken += [words for item in case.script.items for words in (*item.words, *item.hold)]
    assert [leak for words in spoken for leak in leaks(words, case)] == []


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_every_example_question_asks_for_its_item(case: Case) -> None:
    for item in case.script.items:
        assert isinstance(item, Fact | Denial)
        for example in item.examples:
            assert item.id in hear(case.script, example).asked, (item.id, example)


def test_a_broken_case_stops_the_loading(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("id: x", "utf-8")
    with pytest.raises(BadCaseError, match=r"broken\.yml:1"):
        load_cases(tmp_path)
