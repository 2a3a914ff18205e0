"""openFDA labels: leaflets in English, found by the names of the whole product."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from knowledge.importers.openfda import read_openfda
from knowledge.importers.records import Kind, Step, UnreadableError
from tests.unit.knowledge.importers.conftest import Told, Write, openfda

Telling = Callable[[Iterable[Step]], Told]


def label(set_id: str = "aaaa-1", **fields: Any) -> dict[str, Any]:
    """A label as openFDA writes it."""
    return {
        "set_id": set_id,
        "id": f"{set_id}-v3",
        "version": "3",
        "effective_time": "20250131",
        "indications_and_usage": ["1 INDICATIONS  Lowers\nblood pressure."],
        "boxed_warning": ["Stop when pregnant."],
        "boxed_warning_table": ["<table><td>Stop</td></table>"],
        "openfda": {
            "generic_name": ["LOWERINE"],
            "brand_name": ["Lowbrand", "Lowbrand"],
            "substance_name": ["LOWERINE MALEATE"],
            "rxcui": ["1", "2"],
            "unii": ["ABC1234567"],
            "product_type": ["HUMAN PRESCRIPTION DRUG"],
            "application_number": ["NDA000001"],
            "is_original_packager": [True],
        },
        **fields,
    }


def test_a_label_becomes_a_leaflet(write: Write, told: Telling) -> None:
    read = told(read_openfda(write("label.json", openfda(label()))))
    (record,) = read.all(Kind.LEAFLET).values()
    assert (record.key, record.names) == ("aaaa-1", ("LOWERINE", "Lowbrand", "LOWERINE MALEATE"))
    told_of = {key: record.data[key] for key in ("language", "version", "effective", "approval", "ids")}
    assert told_of == {
        "language": "en",
        "version": "3",
        "effective": "2025-01-31",
        "approval": "NDA000001",
        "ids": {"rxcui": ("1", "2"), "unii": ("ABC1234567",)},
    }
    assert record.data["sections"] == (
        {"heading": "Boxed warning", "statement": "grave", "text": "Stop when pregnant."},
        {"heading": "Indications and usage", "statement": "indication", "text": "1 INDICATIONS Lowers blood pressure."},
    )
    assert read.problems == []


def test_a_compound_is_not_found_by_one_of_its_substances(write: Write, told: Telling) -> None:
    marks = {"brand_name": ["Duo"], "generic_name": ["A AND B"], "substance_name": ["A", "B"]}
    (record,) = told(read_openfda(write("label.json", openfda(label(openfda=marks)))))
    assert record.names == ("A AND B", "Duo")


def test_bad_labels_are_named_and_the_rest_is_read(write: Write, told: Telling) -> None:
    read = told(
        read_openfda(
            write(
                "label.json",
                openfda(
                    {"term": "HUMAN OTC DRUG", "count": 5},
                    label("no-names", openfda={}),
                    label("odd-day", effective_time="20251301"),
                    label("odd-field", warnings=[{"no": "text"}], purpose="a text where a list belongs"),
                    label("good"),
                ),
            )
        )
    )
    assert [(one.where, one.what) for one in read.problems] == [
        ("第 1 份说明书", "没有 set_id，没有收"),
        ("第 2 份说明书 no-names", "没有药名（openfda 一栏是空的），查不到它，没有收"),
        ("第 3 份说明书 odd-day", "栏 effective_time 不是日期：20251301"),
        ("第 4 份说明书 odd-field", "栏 warnings 不是文字，没有收这一栏"),
    ]
    leaflets = read.all(Kind.LEAFLET)
    assert set(leaflets) == {"odd-day", "odd-field", "good"}
    assert leaflets["odd-day"].data["effective"] == ""
    assert "a text where a list belongs" in str(leaflets["odd-field"].data["sections"])


def test_truncated_in_the_middle_and_gone_on_with(write: Write, told: Telling) -> None:
    whole = openfda(*(label(f"id-{n}") for n in range(40)))
    file = write("label.json", whole[: len(whole) // 2])
    read = told(read_openfda(file))
    kept = len(read.all(Kind.LEAFLET))
    assert 15 < kept < 21
    assert [one.where for one in read.problems] == [f"第 {kept} 份说明书之后"]
    for after in (0, 7, kept, kept + 1):
        assert list(read_openfda(file, after)) == read.steps[after:]


def test_the_zip_it_comes_in(pack: Callable[[str, Mapping[str, str]], Path], told: Telling) -> None:
    file = pack("drug-label-0001-of-0013.json.zip", {"drug-label-0001-of-0013.json": openfda(label())})
    assert set(told(read_openfda(file)).all(Kind.LEAFLET)) == {"aaaa-1"}


def test_a_folder_of_parts_is_one_edition(write: Write, tmp_path: Path, told: Telling) -> None:
    write("parts/drug-label-0001.json", openfda(label("a"), label("b"))[:-150])
    write("parts/drug-label-0002.json", openfda(label("c"), {"no": "id"}))
    write("parts/readme.txt", "not read")
    read = told(read_openfda(tmp_path / "parts"))
    assert set(read.all(Kind.LEAFLET)) == {"a", "c"}
    assert [one.where for one in read.problems] == [
        "drug-label-0001.json 第 1 份说明书之后",
        "drug-label-0002.json 第 2 份说明书",
    ]
    for after in range(5):
        assert list(read_openfda(tmp_path / "parts", after)) == read.steps[after:]
    with pytest.raises(UnreadableError, match="里没有"):
        list(read_openfda(write("empty/x.txt", "").parent))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "不是 JSON"),
        ("<xml/>", "不是 JSON"),
        ('{"error": {"code": "NOT_FOUND"}}', "results"),
        ('[{"set_id": "x"}]', "results"),
        ('{"results": {"set_id": "x"}}', "results"),
    ],
)
def test_another_file_is_refused_in_words(content: str, said: str, write: Write) -> None:
    with pytest.raises(UnreadableError, match=said):
        list(read_openfda(write("label.json", content)))
