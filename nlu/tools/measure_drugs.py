"""How well names of drugs are recognised when they are misspelt, how often one is seen where none is, how fast.

    ../.venv-rasa/bin/python -m tools.measure_drugs [--ordinary FILE …]      (in nlu/)

Misspells every name of the lookup table once in each way, with a fixed seed, and puts it into a sentence.
`found`: a drug is seen there; `right`: it is the drug that was meant. Ordinary sentences are our training
sentences that name no drug, and the lines of the files given (plain text, or JSON lines with `text`; lines
with a `drug_mention` are left out). Names of two characters are counted apart: an error leaves one character.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import yaml

from components.folding import LONGEST_TEXT, fold
from components.gazetteer import DRUG, SOUND, Gazetteer
from components.sounds import Sounds
from tools.material import HERE, training_material
from tools.typos import Typos

SEED = 20261121
SHORT = 2  # characters
CARRIERS = (
    "{}怎么吃", "请问{}有什么副作用", "我在吃{}，可以喝酒吗", "医生给我开了{}，饭前吃还是饭后吃",
    "提醒我每天早上八点吃{}",
    "{}能和感冒药一起吃吗", "怀孕了能用{}吗", "昨天忘了吃{}怎么办", "{}一天吃几次", "孩子误吃了{}要紧吗",
    "{}是治什么的", "家里的{}过期了还能用吗", "药店有{}卖吗", "我妈一直在用{}，最近想停", "上次那个{}挺管用的",
    "大夫说换成{}试试", "{}多少钱一盒", "帮我查一下{}", "对{}过敏怎么办", "{}打开以后能放多久",
    "我血压高，{}可以长期吃吗", "刚吃完{}有点恶心", "把{}的提醒停掉", "睡前吃了{}，现在头晕", "{}",
)  # fmt: skip
# Intents whose sentences may name a drug.
ABOUT_DRUGS = frozenset({
    "query_drug", "set_reminder", "list_reminders", "change_reminder", "cancel_reminder",
    "confirm_taken", "snooze", "skip_dose", "inform", "health_record",
})  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure the recognition of drugs")
    parser.add_argument("--ordinary", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    material = training_material()
    started = time.process_time()
    gazetteer = Gazetteer(material.names, material.patterns)
    took = time.process_time() - started
    print(f"{len(material.names[DRUG])} names of drugs, ready in {took:.2f} s")
    print_recall(gazetteer, material.names)
    ordinary = [text for text, intent in material.examples if intent not in ABOUT_DRUGS]
    print_false_finds("own sentences that name no drug", gazetteer, ordinary)
    for path in options.ordinary:
        print_false_finds(path.name, gazetteer, ordinary_lines(path))


def print_recall(gazetteer: Gazetteer, names: Mapping[str, Sequence[str]]) -> None:
    """One line for each kind of error, for names of three characters and more, and for shorter ones."""
    generic = generic_names()
    total, found, right = Counter(), Counter(), Counter()
    for name, kind, wrong, text in misspelt(names):
        key = (len(name) <= SHORT, kind)
        total[key] += 1
        values = drugs_at(gazetteer, text, text.index(wrong), len(wrong))
        found[key] += bool(values)
        right[key] += any(generic.get(value, value) == generic.get(name, name) for value in values)
    for short in (False, True):
        print("\nnames of two characters:" if short else "\nnames of three characters and more: found · right · of")
        kinds = [kind for is_short, kind in total if is_short == short]
        for kind in kinds:
            key = (short, kind)
            print(f"  {kind:22} {found[key] / total[key]:.3f} · {right[key] / total[key]:.3f} · {total[key]}")
        of, seen, read = (sum(some[short, kind] for kind in kinds) for some in (total, found, right))
        print(f"  {'all':22} {seen / of:.3f} · {read / of:.3f} · {of}")


def misspelt(names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, kind of error, wrong spelling, sentence)."""
    chance = Random(SEED)
    known = {fold(name) for name in names[DRUG]}
    typos = Typos(Sounds(names[SOUND]), chance)
    for name in names[DRUG]:
        for kind, wrong in typos.all(name):
            if kind == "Latin" or fold(wrong) not in known:
                yield name, kind, wrong, chance.choice(CARRIERS).format(wrong)


def drugs_at(gazetteer: Gazetteer, text: str, start: int, length: int) -> list[str]:
    """What drugs are seen in this stretch of a text."""
    spans = gazetteer.spans(fold(text))
    here = [span for span in spans if span.kind == DRUG and span.start < start + length and span.end > start]
    return [span.value or text[span.start : span.end] for span in here]


def generic_names() -> dict[str, str]:
    """Other name → generic name, from the table beside the names."""
    blocks = yaml.safe_load((HERE / "data" / "lookup" / "generic.yml").read_text(encoding="utf-8"))["nlu"]
    return {line.removeprefix("- "): block["synonym"] for block in blocks for line in block["examples"].splitlines()}


def print_false_finds(title: str, gazetteer: Gazetteer, lines: Sequence[str]) -> None:
    """How many of 200 lines have a drug read into a name that is not written there, and the time a line takes."""
    finds: Counter[str] = Counter()
    count, started = 0, time.process_time()
    for line in lines:
        spans = [span for span in gazetteer.spans(fold(line[:LONGEST_TEXT])) if span.kind == DRUG and span.guessed]
        finds.update(f"{line[span.start : span.end]}={span.value}" for span in spans)
        count += bool(spans)
    took = (time.process_time() - started) / max(1, len(lines)) * 1e6
    length = sum(map(len, lines)) / max(1, len(lines))
    print(f"\n{title}: {len(lines)} lines of {length:.0f} characters, {took:.0f} µs each")
    print(f"  {count} with a guessed drug, {count / max(1, len(lines)) * 200:.2f} of 200: {', '.join(finds)}")


def ordinary_lines(path: Path) -> list[str]:
    """The texts of a file that mention no drug."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if path.suffix != ".jsonl":
        return lines
    return [row["text"] for row in map(json.loads, lines) if not row.get("drug_mention")]


if __name__ == "__main__":
    main()
