"""DrugBank's XML: names and pairs, each pair once; bad entries are named, hostile files refused."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from knowledge.importers.drugbank import read_drugbank
from knowledge.importers.records import Kind, Step, UnreadableError, pair_key
from tests.unit.knowledge.importers.conftest import Told, Write, drug, drugbank

WARFARIN, ASPIRIN, IBUPROFEN = "DB00682", "DB00945", "DB01050"
DETAILS = """
<cas-number>81-81-2</cas-number><unii>5Q7ZVV76EI</unii><groups><group>approved</group></groups>
<synonyms><synonym language="" coder="">Warfarine</synonym>
<synonym language="german" coder="">Warfarin </synonym></synonyms>
<products><product><name>Tab One</name></product><product><name>Tab  One</name></product>
<product><name>Duo Tab</name></product></products>
<international-brands><international-brand><name>Brandia</name><company>X</company></international-brand></international-brands>
<mixtures><mixture><name>Duo Tab</name><ingredients>Warfarin + Something</ingredients></mixture>
<mixture><name>Tab One</name><ingredients>Warfarin</ingredients></mixture></mixtures>
<categories><category><category>Anticoagulants</category><mesh-id>D000925</mesh-id></category></categories>
<atc-codes><atc-code code="B01AA03"><level code="B01AA">Vitamin K antagonists</level></atc-code></atc-codes>
<food-interactions><food-interaction>Keep vitamin K steady.</food-interaction></food-interactions>
<pathways><pathway><smpdb-id>SMP1</smpdb-id><drugs><drug><drugbank-id>DB99999</drugbank-id><name>Nested</name></drug></drugs>
</pathway></pathways>"""

Telling = Callable[[Iterable[Step]], Told]
Pack = Callable[[str, Mapping[str, str]], Path]


def test_an_entry_gives_its_names_and_numbers(write: Write, told: Telling) -> None:
    read = told(read_drugbank(write("full.xml", drugbank(drug(WARFARIN, "Warfarin", rest=DETAILS)))))
    (record,) = read.all(Kind.NAME).values()
    assert record.key == WARFARIN
    assert record.data["ids"] == {"drugbank": (WARFARIN, "APRD00001"), "cas": "81-81-2", "unii": "5Q7ZVV76EI"}
    assert record.data["atc"] == ("B01AA03",)
    assert record.data["food_interactions"] == ("Keep vitamin K steady.",)
    assert record.data["categories"] == ("Anticoagulants",)
    assert {"Warfarin", "Warfarine", "Tab One", "Brandia", "81-81-2", "5Q7ZVV76EI", "APRD00001"} == set(
        record.names
    ) - {WARFARIN}, "the compound Duo Tab is no name of one of its parts, and a pathway's drug is no entry"
    assert read.problems == []


def test_a_pair_in_both_entries_is_one_record(write: Write, told: Telling) -> None:
    file = write(
        "full.xml",
        drugbank(
            drug(WARFARIN, "Warfarin", {ASPIRIN: "bleeds &amp; bleeds", IBUPROFEN: "bleeds too"}),
            drug(ASPIRIN, "Aspirin", {WARFARIN: "bleeds"}),
            drug(IBUPROFEN, "Ibuprofen", {ASPIRIN: "named by this entry only"}),
        ),
    )
    pairs = told(read_drugbank(file)).all(Kind.INTERACTION)
    assert set(pairs) == {pair_key(ASPIRIN, WARFARIN), pair_key(IBUPROFEN, WARFARIN), pair_key(ASPIRIN, IBUPROFEN)}
    assert pairs[pair_key(ASPIRIN, WARFARIN)].data == {
        "a": {"id": WARFARIN, "name": "Warfarin"},
        "b": {"id": ASPIRIN, "name": f"Name of {ASPIRIN}"},
        "description": "bleeds & bleeds",
    }
    assert pairs[pair_key(ASPIRIN, IBUPROFEN)].data["description"] == "named by this entry only"


def test_going_on_gives_what_was_left_and_no_pair_twice(write: Write) -> None:
    entries = [drug(f"DB{n:05}", f"Drug {n}", {f"DB{m:05}": "x" for m in range(1, 9) if m != n}) for n in range(1, 9)]
    file = write("full.xml", drugbank(*entries))
    whole = list(read_drugbank(file))
    assert len(whole) == 8 and sum(len(step.records) for step in whole) == 8 + 28
    for after in range(9):
        assert list(read_drugbank(file, after)) == whole[after:]


def test_bad_entries_are_named_and_the_rest_is_read(write: Write, told: Telling) -> None:
    file = write(
        "full.xml",
        drugbank(
            drug("", "Nameless number"),
            drug(WARFARIN, "", {ASPIRIN: "x"}),
            drug(ASPIRIN, "Aspirin", {"": "no number", ASPIRIN: "itself", IBUPROFEN: ""}),
        ),
    )
    read = told(read_drugbank(file))
    assert [(one.where, one.what) for one in read.problems] == [
        ("第 1 个药品 Nameless number", "没有DrugBank 编号，没有收"),
        (f"第 2 个药品 {WARFARIN}", "没有名称，没有收"),
        (f"{ASPIRIN} Aspirin", "一条相互作用的编号不对：空"),
    ]
    assert set(read.all(Kind.INTERACTION)) == {pair_key(ASPIRIN, IBUPROFEN)}


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_truncated_file_keeps_what_was_whole(cut: float, write: Write, told: Telling) -> None:
    whole = drugbank(*(drug(f"DB{n:05}", f"Drug {n}") for n in range(1, 101)))
    file = write("full.xml", whole[: int(len(whole) * cut)])
    read = told(read_drugbank(file))
    kept = len(read.all(Kind.NAME))
    assert abs(kept - 100 * cut) < 3
    assert [one.where for one in read.problems] == [f"第 {kept} 个药品之后"]
    assert read.steps[-1].problems and list(read_drugbank(file, kept)) == read.steps[-1:]
    assert list(read_drugbank(file, kept + 1)) == []


def test_the_zip_it_comes_in(pack: Pack, told: Telling) -> None:
    file = pack("all.zip", {"full database.xml": drugbank(drug(WARFARIN, "Warfarin"))})
    assert set(told(read_drugbank(file)).all(Kind.NAME)) == {WARFARIN}


def test_a_zip_damaged_inside_is_a_problem_at_its_end(tmp_path: Path, pack: Pack, told: Telling) -> None:
    text = drugbank(*(drug(f"DB{n:05}", f"Drug {n * 7919 % 10007}") for n in range(1, 3001)))
    file = pack("all.zip", {"full database.xml": text})
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    read = told(read_drugbank(file))
    assert read.problems and 0 < len(read.all(Kind.NAME)) < 3000


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><drugbank xmlns="http://www.drugbank.ca"><drug>
<drugbank-id primary="true">DB00001</drugbank-id><name>&c;</name></drug></drugbank>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE drugbank [<!ENTITY secret SYSTEM "{}">]>
<drugbank xmlns="http://www.drugbank.ca"><drug><drugbank-id primary="true">DB00001</drugbank-id><name>&secret;</name>
</drug></drugbank>"""
REMOTE = """<?xml version="1.0"?><!DOCTYPE drugbank SYSTEM "http://127.0.0.1:9/x.dtd">
<drugbank xmlns="http://www.drugbank.ca"></drugbank>"""


@pytest.mark.parametrize("hostile", [BOMB, OUTSIDE, REMOTE])
def test_entities_and_dtds_are_refused(hostile: str, write: Write) -> None:
    secret = write("secret.txt", "told to nobody")
    with pytest.raises(UnreadableError, match="DTD"):
        list(read_drugbank(write("full.xml", hostile.replace("{}", secret.as_uri()))))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "不是 XML"),
        ("id,name\n1,x\n", "不是 XML"),
        ("<html><body/></html>", "不是 DrugBank"),
        ("PK\x03\x04 no zip at all", "压缩包"),
    ],
)
def test_another_file_is_refused_in_words(content: str, said: str, write: Write) -> None:
    with pytest.raises(UnreadableError, match=said):
        list(read_drugbank(write("x.xml", content)))


@pytest.mark.parametrize("members", [{}, {"readme.txt": "x"}, {"a.xml": "x", "b.xml": "y"}])
def test_a_zip_without_one_xml_is_refused(members: Mapping[str, str], pack: Pack) -> None:
    with pytest.raises(UnreadableError, match="压缩包里"):
        list(read_drugbank(pack("x.zip", {**members, "__MACOSX/._a.xml": "z"})))
