"""What holds of the sheet in every case: the expert's and that of somebody who stopped half-way."""

from pathlib import Path

import pytest

from cases.debrief import Debrief, debrief
from cases.ending import Ending
from cases.library import DATA, load_case
from cases.marked import Transcript, played
from cases.scoring.sheet import PARTS

FILES = sorted(DATA.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_case_is_scored_by_the_same_rules(file: Path) -> None:
    case = load_case(file)
    key = case.key
    whole = played(case, Transcript(case.id, case.version, key.expert, key.ending))
    half = played(case, Transcript(case.id, case.version, key.expert[: len(key.expert) // 2]))
    good, poor = debrief(case, whole, key.ending), debrief(case, half, Ending())
    assert good.diagnosis.right and not poor.passed and poor.total < good.total
    assert all(line.reached for line in good.expert)
    for sheet, encounter in ((good, whole), (poor, half)):
        assert sheet.max == good.max and sheet.total == sum(mark.points for mark in sheet.items)
        assert [part.name for part in sheet.parts] == [
            name for name in PARTS if any(m.part == name for m in sheet.items)
        ]
        assert len({mark.item for mark in sheet.items}) == len(sheet.items)
        for mark in sheet.items:
            assert mark.turn is None or (mark.quote and mark.quote in encounter.turns[mark.turn].said), mark
            assert mark.why and mark.label
        assert Debrief.from_json(sheet.to_json()).sheet_hash() == sheet.sheet_hash()
