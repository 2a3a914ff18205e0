"""The model that learns departments from examples."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.clinic import Clinic
from knowledge.complaint_model import NOBODY, load_complaint_model, train
from knowledge.yamlfile import BadDataError

EXAMPLES = [
    *((text, "ear") for text in ("耳朵疼", "耳朵响", "耳朵流水")),
    *((text, "knee") for text in ("膝盖疼", "膝盖肿", "上楼膝盖响")),
    *((text, NOBODY) for text in ("谢谢医生", "怎么办")),
]
FILE = """
anybody: [谢谢医生, 怎么办, 在吗, 您好]
examples:
  ear: [耳朵疼, 耳朵响]
  knee: [膝盖疼, %s]
"""


def test_it_learns_from_few_examples_and_always_the_same() -> None:
    one, other = (train(EXAMPLES, ["谢谢医生", "怎么办", "在吗", "您好"], mixed=5) for _ in range(2))
    assert max(one.logits("左耳朵里面疼").items(), key=lambda pair: pair[1])[0] == "ear"
    assert max(one.logits("膝盖有点痛").items(), key=lambda pair: pair[1])[0] == "knee"
    assert np.array_equal(one.weights, other.weights)


def test_what_it_has_met() -> None:
    model = train(EXAMPLES, ["谢谢医生", "怎么办", "在吗", "您好"], mixed=5)
    assert model.met("上楼膝盖疼") == 1
    assert model.met("今天股票涨了") == 0
    assert model.met("耳朵") == 0


def test_read_back_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "complaint_examples.yml").write_text(FILE % "膝盖肿", encoding="utf-8")
    learnt, read = load_complaint_model(tmp_path), load_complaint_model(tmp_path)
    assert list(tmp_path.glob("__pycache__/*.npz"))
    assert learnt.logits("耳朵痒") == read.logits("耳朵痒")
    for kept in tmp_path.glob("__pycache__/*.npz"):
        kept.write_bytes(b"half")
    assert load_complaint_model(tmp_path).logits("耳朵痒") == learnt.logits("耳朵痒")


def test_changed_examples_are_learnt_anew(tmp_path: Path) -> None:
    path = tmp_path / "complaint_examples.yml"
    path.write_text(FILE % "膝盖肿", encoding="utf-8")
    before = load_complaint_model(tmp_path)
    path.write_text(FILE % "膝盖肿, 腿弯打不直", encoding="utf-8")
    after = load_complaint_model(tmp_path)
    assert before.met("腿弯打不直") < after.met("腿弯打不直") == 1
    assert len(list(tmp_path.glob("__pycache__/*.npz"))) == 1


def test_one_sentence_has_one_home(tmp_path: Path) -> None:
    (tmp_path / "complaint_examples.yml").write_text(FILE % "耳朵疼", encoding="utf-8")
    with pytest.raises(BadDataError, match="耳朵疼"):
        load_complaint_model(tmp_path)


@pytest.mark.parametrize("text", ["心疼你", "周末打球去不去", "我想听歌", "电视怎么打不开了", "今天加班", "帮我订外卖"])
def test_small_talk_is_no_complaint(clinic: Clinic, text: str) -> None:
    assert clinic.departments_for(text) == ()


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("化学品溅进眼睛里了", "emergency"),
        ("他怎么喊都没反应", "emergency"),
        ("刚才突然说话别人听不懂", "emergency"),
        ("吃了一大把药片", "emergency"),
    ],
)
def test_an_emergency_that_screening_did_not_see_goes_to_the_emergency_room(
    clinic: Clinic, text: str, department: str
) -> None:
    found = clinic.triage.assess(text)
    assert found.departments[0][0].id == department
    assert found.urgency == "emergency" and found.ask == ()


@pytest.mark.parametrize("text", ["以前昏迷过，现在膝盖疼", "没有昏迷，就是头晕", "怕煤气中毒，咳嗽"])
def test_what_is_over_or_denied_is_no_emergency(clinic: Clinic, text: str) -> None:
    assert clinic.triage.assess(text).urgency != "emergency"
