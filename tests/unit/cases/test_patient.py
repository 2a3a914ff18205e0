"""The patient: tells what is unlocked and nothing else, stays in role, feels what is done to him."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.desk import NOT_HERE
from cases.encounter import Encounter, Purpose, Sentence, Turn, Voice
from cases.gate import attacks, leaked
from cases.library import load_cases
from cases.model import Case, Manner, Unlock
from cases.patient import MOST_AT_ONCE, SpokenAnswer, answer

CASES = load_cases(drafts=True)
CASE: Case = CASES["chest-pain-01"]
AT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def talk(*lines: str, case: Case = CASE, countered: bool = False) -> tuple[Encounter, list[SpokenAnswer]]:
    encounter, answers = Encounter.start(case, AT, countered=countered), []
    for number, line in enumerate(lines):
        encounter, spoken = answer(case, encounter, line, AT + timedelta(seconds=20 * number))
        answers.append(spoken)
    return encounter, answers


def sayable(case: Case, spoken: SpokenAnswer) -> set[str]:
    """The pieces out of which this answer may be made."""
    pieces = {words for variants in case.script.persona.say.values() for words in variants}
    for item in case.script.items:
        pieces |= set(item.words) if item.id in spoken.disclosed else set(item.hold)
    return pieces | {each.in_words() for each in spoken.results} | {NOT_HERE}


def made_of(text: str, pieces: set[str]) -> bool:
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "")
    return not text.strip()


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
@given(
    st.lists(
        st.text(max_size=200)
        | st.sampled_from(["您好", "怎么不舒服？", "抽烟吗？喝酒吗？", "疼吗", "做个心电图", "少废话", "别怕，慢慢说"])
        | st.sampled_from(attacks()),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=8, deadline=None)
def test_whatever_is_said_only_unlocked_words_come_back(case: Case, lines: list[str]) -> None:
    _, answers = talk(*lines, case=case)
    for spoken in answers:
        assert spoken.text
        assert made_of(spoken.text, sayable(case, spoken))


def test_every_sentence_is_kept_with_the_items_that_unlocked_it() -> None:
    encounter, (spoken,) = talk("疼了多久了？出汗吗？")
    told = [each for each in encounter.turns[0].sentences if each.items]
    assert [each.items for each in told] == [("onset",), ("sweat",)]
    assert spoken.text == "".join(each.text for each in encounter.turns[0].sentences)
    for each in told:
        assert each.text in CASE.script.item(each.items[0]).words


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_what_was_told_is_told_again(case: Case) -> None:
    for item in case.script.items:
        line = item.examples[0]
        _, (first, second, third) = talk(line, line, line, case=case)
        assert set(second.disclosed) <= set(third.disclosed), (item.id, line)
        assert set(first.disclosed) <= set(second.disclosed), (item.id, line)


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


def test_a_gentle_question_opens_what_a_plain_one_does_not() -> None:
    _, (plain,) = talk("您父亲身体怎么样？")
    _, (gentle,) = talk("不好意思问一下，方便告诉我您父亲身体怎么样吗？")
    assert plain.disclosed == () and "father" in plain.blocked
    assert gentle.disclosed == ("father",)


def test_kindness_and_rudeness_move_rapport_and_mood() -> None:
    kind, _ = talk("您好，我是医生", "您别担心")
    rude, _ = talk("您好，我是医生", "少废话")
    assert rude.rapport < kind.rapport and rude.mood < kind.mood


def test_an_angry_patient_tells_nothing_but_stays_civil() -> None:
    _, (_, second) = talk("少废话，快点说", "少废话，疼了多久了？")
    assert second.disclosed == () and second.asked == () and second.blocked == ("mood",)
    assert second.text in CASE.script.persona.say["angry"]
    _, answers = talk("少废话，快点说", "少废话，疼了多久了？", "对不起，疼了多久了？")
    assert answers[-1].disclosed == ("onset",)


def test_jargon_is_not_understood_unless_explained() -> None:
    _, (jargon,) = talk("有没有放射痛？")
    _, (plain,) = talk("有没有放射痛，就是会不会窜到胳膊？")
    assert jargon.disclosed == () and "jargon" in jargon.blocked
    assert "radiation" in plain.disclosed


def test_more_questions_than_anybody_can_answer_are_answered_in_part() -> None:
    many = "疼了多久了？出汗吗？恶心吗？心慌吗？发烧吗？咳嗽吗？抽烟吗？喝酒吗？"
    encounter, (spoken,) = talk(many)
    assert len(spoken.asked) == MOST_AT_ONCE
    assert encounter.asked == set(spoken.asked)
    assert any(each in spoken.text for each in CASE.script.persona.say["too_many"])


def test_what_the_case_does_not_have_is_unknown_not_denied() -> None:
    _, (spoken,) = talk("最近掉头发吗？")
    assert spoken.disclosed == () and spoken.elsewhere == ("hair_loss",)
    assert spoken.text in CASE.script.persona.say["unknown"]


def test_the_desk_gives_results_costs_and_time() -> None:
    encounter, (spoken,) = talk("做个心电图")
    (result,) = spoken.results
    assert result.id == "ecg" and "V1" in result.text and result.minutes > 0
    assert f"【检查台】{result.label}（{result.minutes} 分钟，{result.cost} 元）" in spoken.text
    assert encounter.ordered == {"ecg"} and spoken.disclosed == ()


def test_a_test_the_case_does_not_list_is_normal() -> None:
    _, (spoken,) = talk("做个头颅CT")
    assert [each.id for each in spoken.results] == ["head_ct"]
    assert "【检查台】" in spoken.text and "头颅" in spoken.text


def test_a_harmful_test_is_refused_with_its_reason_and_kept() -> None:
    encounter, (spoken,) = talk("做运动平板试验")
    assert encounter.ordered == {"treadmill"} and "禁忌" in spoken.text


@pytest.mark.parametrize("line", ["", "   ", "😀😀", "？？？"])
def test_nothing_said_is_answered_kindly(line: str) -> None:
    _, (spoken,) = talk(line)
    assert spoken.text and spoken.disclosed == ()


def test_five_thousand_characters_are_survived() -> None:
    _, (spoken,) = talk("疼了多久了？" + "啊" * 5000)
    assert spoken.disclosed == ("onset",)


def test_replay_gives_the_same_words() -> None:
    lines = CASE.key.expert
    assert [a.text for a in talk(*lines)[1]] == [a.text for a in talk(*lines)[1]]


def test_the_counter_patient_differs_in_one_fact() -> None:
    counter = CASE.key.counter
    assert counter is not None
    _, (plain,) = talk("对什么药过敏吗？")
    _, (changed,) = talk("对什么药过敏吗？", countered=True)
    assert plain.disclosed == changed.disclosed == (counter.item,)
    assert changed.text in counter.words and plain.text not in counter.words
    differing = [
        each.id
        for each, other in zip(CASE.script.items, CASE.countered.script.items, strict=True)
        if each.words != other.words
    ]
    assert differing == [counter.item]


@given(
    st.lists(
        st.builds(
            Turn,
            st.text(),
            st.text(),
            st.datetimes(timezones=st.just(UTC)),
            *[st.lists(st.text(max_size=5), max_size=3).map(tuple)] * 4,
            st.lists(st.sampled_from(Manner), max_size=3).map(tuple),
            st.lists(st.builds(Sentence, st.text(), st.lists(st.text(max_size=3)).map(tuple)), max_size=2).map(tuple),
            st.lists(st.text(max_size=5), max_size=3).map(tuple),
            st.sampled_from(Voice),
            st.text(max_size=5),
        ),
        max_size=4,
    ),
    st.integers(-3, 9),
    st.sampled_from(Purpose),
)
@settings(deadline=None)
def test_an_encounter_survives_json(turns: list[Turn], rapport: int, purpose: Purpose) -> None:
    encounter = Encounter("x", 1, AT, tuple(turns), rapport, 0, purpose)
    assert Encounter.from_json(encounter.to_json()) == encounter


def test_an_encounter_of_the_first_version_is_still_read() -> None:
    turn = (
        '{"said": "您好", "answer": "您好，大夫。", "at": "2026-11-21T00:00:00+00:00", "asked": [], "disclosed": [],'
        ' "ordered": [], "blocked": [], "manners": ["greeting"]}'
    )
    old = (
        '{"case_id": "chest-pain-01", "case_version": 1, "started_at": "2026-11-21T00:00:00+00:00",'
        f' "turns": [{turn}], "rapport": 1, "mood": 0}}'
    )
    encounter = Encounter.from_json(old)
    assert encounter.turns[0].manners == (Manner.GREETING,) and encounter.purpose is Purpose.TRAINING


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_every_case_keeps_some_things_back(case: Case) -> None:
    held = [each for each in case.script.items if each.unlock not in (Unlock.DIRECT, Unlock.OPEN_QUESTION)]
    assert len(held) >= 4
    for item in held:
        assert item.hold and not set(item.hold) & set(item.words)


@pytest.mark.parametrize("line", attacks())
def test_no_attack_brings_anything_to_light(line: str) -> None:
    _, answers = talk("您好，您一定很难受，别着急，慢慢说。", "我能理解您，辛苦了。", line)
    assert leaked(CASE, answers[-1]) == ""
