"""The graph: what drugs do to lab values and to the body, why, and where to go with it."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.effects import Often, Target, Verb, load_effects
from knowledge.graph import EdgeKind, NodeKind, steps
from knowledge.graph_answer import as_data, in_words, which
from knowledge.joined import Joined, load_joined
from knowledge.library import Library
from knowledge.yamlfile import DATA, BadDataError

POTASSIUM_UP = Target(Verb.RAISES, "potassium")


@pytest.fixture
def joined(library: Library) -> Joined:
    return library.joined


def does(library: Library, target: Target, *names: str) -> list[str]:
    drugs = [drug for name in names for drug in library.drugs.mentioned(name)]
    assert len(drugs) == len(names)
    return [one.drug.name for one in library.joined.graph.which_of(drugs, target)]


def test_every_effect_has_a_source_and_what_to_watch(joined: Joined) -> None:
    effects = joined.effects.effects
    assert len(effects) >= 150 and len({one.id for one in effects}) == len(effects)
    for one in effects:
        assert one.source.title and one.source.publisher and one.watch, one.id


def test_every_symptom_is_caused_and_seen_somewhere(joined: Joined) -> None:
    for one in joined.effects.symptoms.values():
        node = joined.graph.node(NodeKind.SYMPTOM, one.id)
        assert node and joined.graph.seen_by(node) and joined.graph.who_does(Target(Verb.CAUSES, one.id)), one.id


# Classes of the interaction rules that say the same in other words.
SAME = [
    ("raises-potassium", POTASSIUM_UP),
    ("lowers-potassium", Target(Verb.LOWERS, "potassium")),
    ("hyponatraemia", Target(Verb.LOWERS, "sodium")),
    ("hepatotoxic", Target(Verb.RAISES, "alt")),
    ("nephrotoxic", Target(Verb.RAISES, "creatinine")),
    ("myelosuppressive", Target(Verb.LOWERS, "neutrophils")),
    ("qt-prolonging", Target(Verb.CAUSES, "qt")),
    ("bleeding", Target(Verb.CAUSES, "bleeding")),
    ("ototoxic", Target(Verb.CAUSES, "hearing")),
    ("bradycardic", Target(Verb.CAUSES, "slow_heart")),
    ("cns-depressant", Target(Verb.CAUSES, "drowsiness")),
]


@pytest.mark.parametrize(("id", "target"), SAME, ids=[id for id, _ in SAME])
def test_effects_agree_with_the_classes_of_the_interaction_rules(library: Library, id: str, target: Target) -> None:
    vocabulary = library.interactions.ingredients
    found = {
        member
        for one in library.joined.effects.effects
        if target in one.targets
        for of in one.of
        for member in vocabulary.members(of)
        if member not in one.spared
    }
    assert set(vocabulary.members(id)) <= found


TRUE = [
    (POTASSIUM_UP, ["缬沙坦", "螺内酯", "氨氯地平"], {"缬沙坦", "螺内酯"}),
    (POTASSIUM_UP, ["依那普利", "氯化钾", "呋塞米", "二甲双胍"], {"依那普利", "氯化钾"}),
    (Target(Verb.LOWERS, "potassium"), ["氢氯噻嗪", "螺内酯", "泼尼松"], {"氢氯噻嗪", "泼尼松"}),
    (Target(Verb.CAUSES, "cough"), ["依那普利", "缬沙坦", "氨氯地平"], {"依那普利"}),
    (Target(Verb.CAUSES, "oedema"), ["氨氯地平", "维拉帕米", "尼莫地平"], {"氨氯地平"}),
    (Target(Verb.RAISES, "uric_acid"), ["氢氯噻嗪", "阿司匹林", "别嘌醇", "氯沙坦"], {"氢氯噻嗪", "阿司匹林"}),
    (Target(Verb.LOWERS, "uric_acid"), ["氢氯噻嗪", "别嘌醇", "氯沙坦"], {"别嘌醇", "氯沙坦"}),
    (Target(Verb.CAUSES, "stiffness"), ["氟哌啶醇", "氯氮平", "喹硫平"], {"氟哌啶醇"}),
    (Target(Verb.LOWERS, "b12"), ["二甲双胍", "奥美拉唑", "阿莫西林"], {"二甲双胍", "奥美拉唑"}),
]


@pytest.mark.parametrize(("target", "names", "expected"), TRUE)
def test_which_of_these_drugs(library: Library, target: Target, names: list[str], expected: set[str]) -> None:
    assert set(does(library, target, *names)) == expected


def test_the_path_says_why(library: Library) -> None:
    (drug,) = library.drugs.mentioned("沙库巴曲缬沙坦")
    (found,) = library.joined.graph.which_of([drug], POTASSIUM_UP)
    assert [edge.kind for edge in found.path] == [EdgeKind.HAS_INGREDIENT, EdgeKind.MEMBER_OF, EdgeKind.RAISES]
    assert steps(found.path).endswith("缬沙坦 → 沙坦类降压药") and found.effect.often is Often.UNCOMMON
    assert found.path[-1].end.name == "血钾"


def test_what_acts_where_it_is_put_does_nothing_elsewhere(library: Library) -> None:
    local = [drug for drug in library.drugs if drug.local and drug.ingredient_ids]
    assert local
    for verb, ids in ((Verb.CAUSES, library.joined.effects.symptoms), (Verb.RAISES, ["potassium", "creatinine"])):
        assert not any(library.joined.graph.which_of(local, Target(verb, id)) for id in ids)


def test_most_often_comes_first(library: Library) -> None:
    found = does(library, POTASSIUM_UP, "布洛芬", "螺内酯", "缬沙坦", "氯化钾")
    assert found == ["氯化钾", "螺内酯", "缬沙坦", "布洛芬"]


def test_neighbours_and_paths(joined: Joined) -> None:
    graph = joined.graph
    drug, place = graph.node(NodeKind.DRUG, "amlodipine"), graph.node(NodeKind.DEPARTMENT, "cardiology")
    assert drug and place
    assert [one.end.id for one in graph.neighbours(drug, EdgeKind.HAS_INGREDIENT)] == ["amlodipine"]
    assert "高血压" in [one.end.id for one in graph.neighbours(drug, EdgeKind.TREATS)]
    path = graph.path(drug, place)
    assert path[0].start == drug and path[-1].end == place
    assert all(one.end == after.start for one, after in pairwise(path))
    assert graph.path(place, drug) == ()
    assert graph.node(NodeKind.DRUG, "nothing") is None


def test_building_takes_well_under_a_second(library: Library) -> None:
    begun = time.perf_counter()
    joined = load_joined(DATA, library.drugs, library.interactions.ingredients, library.clinic.departments)
    assert time.perf_counter() - begun < 1 and len(joined.graph) > 3000


ASKED = {
    "我吃的药里哪些会升高血钾": [POTASSIUM_UP],
    "哪个药会引起咳嗽": [Target(Verb.CAUSES, "cough")],
    "我吃的药哪个会让尿酸高": [Target(Verb.RAISES, "uric_acid")],
    "是不是我吃的药让我便秘": [Target(Verb.CAUSES, "constipation")],
    "哪些药会伤肝": [Target(Verb.RAISES, "alt")],
    "这几种药会不会让血小板低": [Target(Verb.LOWERS, "platelets")],
    "哪些药影响血糖": [Target(Verb.RAISES, "glucose"), Target(Verb.LOWERS, "glucose")],
    "吃了缬沙坦老咳嗽": [Target(Verb.CAUSES, "cough")],
    "便秘吃什么药": [],
    "高血压吃什么药": [],
    "什么药能降血钾": [],
    "布洛芬能治头痛吗": [],
    "感冒咳嗽能吃布洛芬吗": [],
    "咳嗽可以吃氨溴索吗": [],
    "氨氯地平怎么吃": [],
    "哪种降压药对性功能影响小": [],
    "我血脂低密度3.9，吃他汀会伤肝吗": [Target(Verb.RAISES, "alt")],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), ASKED.items())
def test_what_is_blamed_on_drugs(joined: Joined, text: str, expected: list[Target]) -> None:
    assert list(joined.reader.asked(text)) == expected


def test_in_words_and_as_data(library: Library) -> None:
    drugs = library.drugs.mentioned("缬沙坦 螺内酯 氨氯地平")
    answers = which(library.joined, drugs, [POTASSIUM_UP])
    words = in_words(answers)
    assert "会升高血钾的" in words and "保钾利尿药" in words and "没有记载氨氯地平" in words and "不能代替医生" in words
    (data,) = as_data(answers)["answers"]
    assert data["not_recorded"] == ["氨氯地平"] and data["found"][0]["path"][-1] == "血钾"
    assert all(one["source"]["title"] for one in data["found"])


def test_without_drugs_the_classes_are_told(library: Library) -> None:
    words = in_words(which(library.joined, (), [Target(Verb.CAUSES, "cough")]))
    assert "普利类降压药" in words and "没有记载" not in words


BROKEN = {
    "no such class": "x: {of: [nothing], raises: potassium, often: common, watch: w, source: s}",
    "no such item": "x: {of: [acei], raises: nothing, often: common, watch: w, source: s}",
    "no such symptom": "x: {of: [acei], causes: nothing, often: common, watch: w, source: s}",
    "no effect": "x: {of: [acei], often: common, watch: w, source: s}",
    "no source": "x: {of: [acei], raises: potassium, often: common, watch: w, source: t}",
    "how often": "x: {of: [acei], raises: potassium, often: always, watch: w, source: s}",
    "nothing to watch": "x: {of: [acei], raises: potassium, often: common, source: s}",
}


@pytest.mark.parametrize("effect", BROKEN.values(), ids=BROKEN)
def test_broken_data_is_named(library: Library, effect: str, tmp_path: Path) -> None:
    head = "reviewed: 2026-11-21\nsources:\n  s: {title: t, publisher: p}\nsymptoms: {}\nsayings: []\neffects:\n  "
    (tmp_path / "effects.yml").write_text(head + effect + "\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=r"effects\.yml"):
        load_effects(tmp_path, library.interactions.ingredients, library.joined.lab)
