"""Dialogues as data, through the real house: `said` or `press`, and what must and must not be answered.

`answered`: words of the answer; `not`: words not in it; `once`: words in it exactly once; `buttons`: offered below it.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.conftest import Visitor

pytestmark = pytest.mark.acceptance

DIALOGUES = Path(__file__).parent.parent / "dialogues"


FILES = sorted(DIALOGUES.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_dialogue(visitor: Visitor, file: Path) -> None:
    steps: list[dict[str, Any]] = yaml.safe_load(file.read_text())
    for step in steps:
        answer = visitor.press(step["press"]) if "press" in step else visitor.say(step["said"])
        labels = [button["label"] for reply in visitor.last for button in reply["buttons"]]
        missing = [words for words in step.get("answered", []) if words not in answer]
        missing += [words for words in step.get("buttons", []) if words not in labels]
        wrong = [words for words in step.get("not", []) if words in answer]
        wrong += [words for words in step.get("once", []) if answer.count(words) != 1]
        assert not missing and not wrong, f"{step} → {answer}"
