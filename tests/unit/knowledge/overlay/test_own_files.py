"""A hospital's own files over ours."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.aspects import Aspect
from knowledge.clinic import load_clinic
from knowledge.drug_names import load_drug_book
from knowledge.library import load_library
from knowledge.overlay import load_overlay
from knowledge.passages import load_passages
from knowledge.status import look
from knowledge.yamlfile import DATA, BadDataError
from tests.unit.knowledge.overlay.conftest import Write, named


def test_nothing_there_is_our_knowledge_as_it_is(folder: Path) -> None:
    overlay = load_overlay(folder)
    assert overlay.data == DATA and overlay.served == () and not folder.exists()
    assert len(overlay.drugs()) == len(load_drug_book())


def test_an_own_entry_replaces_adds_and_withdraws(folder: Path, own: Write) -> None:
    ours = yaml.safe_load((DATA / "drugs" / "stomach.yml").read_text(encoding="utf-8"))[0]
    changed = {**ours, "says": {**ours["says"], "storage": "本院药房说：放阴凉处。"}}
    added = {**ours, "id": "trial", "name": "试方拉唑", "english": "Trialprazole", "brands": [], "aliases": []}
    own("drugs/ours.yml", [changed, added, {"id": "loratadine", "withdrawn": True}])
    book = load_overlay(folder).drugs()
    replaced = book.get(ours["id"])
    assert replaced and replaced.aspects[Aspect.STORAGE] == "本院药房说：放阴凉处。"
    assert named(book, "试方拉唑") == "trial" and book.get("loratadine") is None
    assert len(book) == len(load_drug_book())


def test_own_passages_rules_and_tables(folder: Path, own: Write) -> None:
    source = {"title": "本院宣教", "publisher": "本院", "reviewed": "2026-11-01"}
    entry = {"title": "感冒", "topics": ["感冒"], "text": "本院的话。", "source": source}
    held = {"defaults": {"reviewed": "2026-11-01", "reviewer": "护理部", "valid_until": "2027-11-01"}}
    own("passages/ward.yml", {**held, "passages": [{"id": "cold", **entry}, {"id": "fever_adult", "withdrawn": True}]})
    own("interactions/ward.yml", {"source": source, "rules": [{"id": "nsaid-nsaid", "withdrawn": True}]})
    own("other_names.yml", {"drugs": ["试方不收药"]})
    library = load_library(load_overlay(folder))
    passages = {one.id: one for one in load_passages(load_overlay(folder).data)}
    assert passages["cold"].text == "本院的话。" and "fever_adult" not in passages
    assert "nsaid-nsaid" not in {rule.id for rule in library.interactions.rules}
    assert library.drugs.unknown("试方不收药怎么吃") == ("试方不收药",)


def test_own_clinic_replaces_as_a_whole(folder: Path, own: Write) -> None:
    text = (DATA / "clinic.yml").read_text(encoding="utf-8")
    own("clinic.yml", text.replace("name: 杏林示范医院", "name: 春回医院"))
    assert load_clinic(load_overlay(folder).data).name == "春回医院"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("drugs/x.yml", "- [", r"own/drugs/x\.yml 读不出来"),
        ("drugs/x.yml", [{"name": "没有编号"}], r"own/drugs/x\.yml 第 1 条：没有 id"),
        ("drugs/x.yml", {"id": "no-list"}, "应是一串条目"),
        ("drugs/x.yml", [{"id": "nobody", "withdrawn": True}], "nobody：要撤下的条目不存在"),
        ("drugs/x.yml", [{"id": "a"}, {"id": "a"}], "写了两次"),
        ("passages/x.yml", [{"id": "a"}], "应是含 passages 的表"),
        ("works.yml", {"nemd": {"withdrawn": True}, "none": {"withdrawn": True}}, "none：要撤下的条目不存在"),
        ("words.yml", {"stopp": []}, "不认识 stopp"),
        ("words.yml", {"stop": "的"}, "写法和我们的不同"),
        ("drug/x.yml", [], "不认识这个文件"),
        ("red_flags.yml", {}, "不认识这个文件"),
    ],
)
def test_what_is_wrong_in_an_own_file_is_named(folder: Path, own: Write, name: str, content: object, said: str) -> None:
    own(name, content)
    with pytest.raises(BadDataError, match=said):
        load_overlay(folder)
    assert said.split("：")[0].replace("\\", "") in look(folder, date(2026, 11, 21)).broken


def test_an_own_entry_that_does_not_load_is_named(folder: Path, own: Write) -> None:
    own("drugs/ward.yml", [{"id": "trial", "name": "试方"}])
    with pytest.raises(BadDataError, match=r"own-ward\.yml.*试方"):
        load_overlay(folder).drugs()


def test_the_composed_folder_follows_its_parts_and_old_ones_go(folder: Path, own: Write) -> None:
    seen = []
    for number in range(5):
        own("other_names.yml", {"everyday": [f"试方{number}"]})
        seen.append(load_overlay(folder).data)
        assert load_overlay(folder).data == seen[-1]
    assert len(set(seen)) == 5 and len(list((folder / "composed").iterdir())) == 3 and seen[-1].is_dir()
