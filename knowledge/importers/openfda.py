"""openFDA's drug labels (JSON, plain or zipped or a folder of both, streamed): leaflets in English."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any

import ijson
from ijson.common import JSONError

from knowledge.importers.opening import BROKEN, opened
from knowledge.importers.records import Json, Kind, Problem, Record, Step, UnreadableError

_SECTIONS: Mapping[str, str] = {
    "boxed_warning": "grave",
    "indications_and_usage": "indication",
    "purpose": "indication",
    "dosage_and_administration": "usage",
    "dosage_forms_and_strengths": "",
    "active_ingredient": "",
    "contraindications": "contraindication",
    "do_not_use": "contraindication",
    "warnings": "caution",
    "warnings_and_cautions": "caution",
    "precautions": "caution",
    "general_precautions": "caution",
    "ask_doctor": "caution",
    "ask_doctor_or_pharmacist": "caution",
    "when_using": "caution",
    "stop_use": "call",
    "adverse_reactions": "side_effect",
    "drug_interactions": "interaction",
    "use_in_specific_populations": "",
    "pregnancy": "pregnancy",
    "pregnancy_or_breast_feeding": "pregnancy",
    "teratogenic_effects": "pregnancy",
    "nursing_mothers": "lactation",
    "lactation": "lactation",
    "pediatric_use": "child",
    "geriatric_use": "elderly",
    "overdosage": "",
    "information_for_patients": "",
    "patient_medication_information": "",
    "storage_and_handling": "storage",
    "how_supplied": "",
    "keep_out_of_reach_of_children": "",
    "other_safety_information": "",
    "inactive_ingredient": "",
}
"""Sections of a label that we keep, in the order of showing → the statement they speak of, if one."""
_NAMES = ("generic_name", "brand_name", "substance_name")
_SUFFIXES = (".json", ".zip")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


def read_openfda(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each label of a file, or of all the parts in a folder. Raises UnreadableError.

    openFDA gives out its labels in a dozen zips; together they are one edition.
    """
    parts = _parts(file)
    for part in parts:
        _check(part)
    for position, (where, label) in enumerate(_labels(parts), 1):
        if position > after:
            yield (
                Step(position, problems=(Problem(where, label),))
                if isinstance(label, str)
                else _step(position, where, label)
            )


def _parts(file: Path) -> list[Path]:
    if not file.is_dir():
        return [file]
    parts = sorted(one for one in file.iterdir() if one.suffix.lower() in _SUFFIXES)
    if not parts:
        raise UnreadableError(f"{file.name} 里没有 .json 或 .zip 文件")
    return parts


def _labels(parts: list[Path]) -> Iterator[tuple[str, Any]]:
    """Where each label stands, and the label; a text in its place says why the rest of a part was not read."""
    for part in parts:
        number, prefix = 0, f"{part.name} " if len(parts) > 1 else ""
        with opened(part, ".json") as stream:
            try:
                for number, label in enumerate(ijson.items(stream, "results.item"), 1):
                    yield f"{prefix}第 {number} 份说明书", label if isinstance(label, dict) else {}
            except (JSONError, *BROKEN) as error:
                yield f"{prefix}第 {number} 份说明书之后", f"文件在这里断了或坏了，后面的没有读到：{error}"


def _check(file: Path) -> None:
    with opened(file, ".json") as stream:
        try:
            found = _has_results(stream)
        except (JSONError, *BROKEN) as error:
            raise UnreadableError(f"{file.name} 不是 JSON 文件：{error}") from error
    if not found:
        raise UnreadableError(f"{file.name} 里没有 results 列表，不是 openFDA 药品说明书（drug label）文件")


def _has_results(stream: IO[bytes]) -> bool:
    return any((where, event) == ("results", "start_array") for where, event, _ in ijson.parse(stream))


def _step(position: int, where: str, label: Mapping[str, Any]) -> Step:
    set_id = label.get("set_id")
    if not isinstance(set_id, str) or not set_id:
        return Step(position, problems=(Problem(where, "没有 set_id，没有收"),))
    reading = _Label(label, f"{where} {set_id}")
    names = reading.names
    if not names:
        reading.wrong("没有药名（openfda 一栏是空的），查不到它，没有收")
        return Step(position, problems=tuple(reading.problems))
    return Step(position, (Record(Kind.LEAFLET, set_id, reading.data(), names),), tuple(reading.problems))


class _Label:
    """One label as it is read, with what is wrong in it."""

    def __init__(self, label: Mapping[str, Any], where: str) -> None:
        self._label = label
        marks = label.get("openfda")
        self._marks: Mapping[str, Any] = marks if isinstance(marks, dict) else {}
        self._where = where
        self.problems: list[Problem] = []

    def wrong(self, what: str) -> None:
        self.problems.append(Problem(self._where, what))

    @property
    def names(self) -> tuple[str, ...]:
        """Generic and brand names; the substance too, where it is the only one."""
        generic, brand, substance = (self._marked(one) for one in _NAMES)
        return tuple(dict.fromkeys((*generic, *brand, *(substance if len(substance) == 1 else ()))))

    def data(self) -> Mapping[str, Json]:
        generic, brand, substance = (self._marked(one) for one in _NAMES)
        return {
            "language": "en",
            "name": (*generic, *brand, *substance)[0],
            "generic": generic,
            "brands": brand,
            "substances": substance,
            "ids": {"rxcui": self._marked("rxcui"), "unii": self._marked("unii")},
            "product_type": self._marked("product_type"),
            "route": self._marked("route"),
            "approval": ", ".join(self._marked("application_number")),
            "maker": ", ".join(self._marked("manufacturer_name")),
            "version": str(self._label.get("version") or ""),
            "effective": self._effective(),
            "sections": tuple(self._sections()),
        }

    def _sections(self) -> Iterator[Mapping[str, Json]]:
        for field, statement in _SECTIONS.items():
            text = "\n".join(self._texts(self._label.get(field), field))
            if text:
                yield {"heading": field.replace("_", " ").capitalize(), "statement": statement, "text": text}

    def _effective(self) -> str:
        written = str(self._label.get("effective_time") or "")
        found = _DAY.fullmatch(written)
        try:
            return date(*map(int, found.groups())).isoformat() if found else self._no_day(written)
        except ValueError:
            return self._no_day(written)

    def _no_day(self, written: str) -> str:
        self.wrong(f"栏 effective_time 不是日期：{written or '空'}")
        return ""

    def _marked(self, field: str) -> tuple[str, ...]:
        return self._texts(self._marks.get(field), f"openfda.{field}")

    def _texts(self, value: Any, field: str) -> tuple[str, ...]:
        """A field's texts, each once; a label may write one text where a list belongs."""
        if value is None:
            return ()
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, str) for part in parts):
            self.wrong(f"栏 {field} 不是文字，没有收这一栏")
            return ()
        return tuple(dict.fromkeys(folded for part in parts if (folded := " ".join(part.split()))))
