"""How well names and values are found in the marked sentences of test/entities.yml.

    ../.venv-rasa/bin/python -m tools.entity_scores [--errors]      (in nlu/)

Exact: the same stretch and kind. Overlap: the same kind, and at least one character in common. `details` is
the share of the exact finds whose value, number, unit and denial are the marked ones too.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from components.folding import fold
from components.gazetteer import Gazetteer, Span
from tools.material import HERE, training_material

MARKED = HERE / "test" / "entities.yml"
ALL = "all"
_MARK = re.compile(
    r"\[(?P<words>[^]]+)\]\{(?P<kind>\w+)(?P<denied>!)?"
    r"(?:=(?P<value>[^}#]+))?(?:#(?P<number>\S+?)(?: (?P<unit>[^}]+))?)?\}"
)


@dataclass(frozen=True)
class Marked:
    """A sentence and what is to be found in it."""

    text: str
    spans: list[Span]


@dataclass(frozen=True)
class Score:
    """Counts of one kind."""

    marked: int
    found: int
    exact: int
    marked_met: int
    """Marked ones that a find of the kind overlaps."""
    found_met: int
    """Finds that overlap a marked one of the kind."""
    detailed: int
    """Exact finds with the right value, number, unit and denial."""

    @property
    def exact_f1(self) -> float:
        """F1 of the finds with the same start and end."""
        return 2 * self.exact / max(1, self.marked + self.found)

    @property
    def overlap_f1(self) -> float:
        """F1 of the finds that overlap."""
        recall, precision = self.marked_met / max(1, self.marked), self.found_met / max(1, self.found)
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    @property
    def details(self) -> float:
        """Share of the exact finds that are right in everything."""
        return self.detailed / max(1, self.exact)


def read_marked(path: Path = MARKED) -> list[Marked]:
    """Read a file of marked sentences."""
    block = yaml.safe_load(path.read_text(encoding="utf-8"))["sentences"]
    return [_marked(line.removeprefix("- ")) for line in block.splitlines() if line]


def score(gazetteer: Gazetteer, sentences: Sequence[Marked]) -> dict[str, Score]:
    """Scores by kind, and of all kinds together; kinds that are marked nowhere are not counted."""
    kinds = sorted({span.kind for sentence in sentences for span in sentence.spans})
    read = [(one.spans, gazetteer.spans(fold(one.text))) for one in sentences]
    return {kind: _score(read, {kind}) for kind in kinds} | {ALL: _score(read, set(kinds))}


def _marked(line: str) -> Marked:
    text, position, spans = "", 0, []
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        start, position = len(text), match.end()
        text += match["words"]
        spans.append(
            Span(
                start,
                len(text),
                match["kind"],
                fold(match["value"] or match["words"]),
                negated=match["denied"] is not None,
                number=match["number"],
                unit=fold(match["unit"]) if match["unit"] else None,
            )
        )
    return Marked(text + line[position:], spans)


def _score(read: Iterable[tuple[list[Span], list[Span]]], kinds: set[str]) -> Score:
    counts = [0] * 6
    for all_marked, all_found in read:
        marked = [span for span in all_marked if span.kind in kinds]
        found = [span for span in all_found if span.kind in kinds]
        exact = [(a, b) for a in marked for b in found if (a.start, a.end, a.kind) == (b.start, b.end, b.kind)]
        several = (
            len(marked),
            len(found),
            len(exact),
            sum(any(_meet(a, b) for b in found) for a in marked),
            sum(any(_meet(a, b) for a in marked) for b in found),
            sum(_same_details(a, b) for a, b in exact),
        )
        counts = [total + more for total, more in zip(counts, several, strict=True)]
    return Score(*counts)


def _meet(one: Span, other: Span) -> bool:
    return one.kind == other.kind and one.start < other.end and other.start < one.end


def _same_details(marked: Span, found: Span) -> bool:
    value_right = found.value is None or fold(found.value) == marked.value
    return value_right and (marked.number, marked.unit, marked.negated) == (found.number, found.unit, found.negated)


def errors(gazetteer: Gazetteer, sentences: Iterable[Marked]) -> Iterator[str]:
    """Describe every sentence that is not read as marked."""
    kinds = {span.kind for sentence in sentences for span in sentence.spans}
    for sentence in sentences:
        found = [span for span in gazetteer.spans(fold(sentence.text)) if span.kind in kinds]
        pairs = zip(sentence.spans, found, strict=False)
        right = len(found) == len(sentence.spans) and all(
            (a.start, a.end, a.kind) == (b.start, b.end, b.kind) and _same_details(a, b) for a, b in pairs
        )
        if not right:
            yield f"{sentence.text}  {' '.join(_described(sentence.text, span) for span in found)}"


def _described(text: str, span: Span) -> str:
    number = f"#{span.number} {span.unit}" if span.number else ""
    return f"[{text[span.start : span.end]}]{{{span.kind}{'!' if span.negated else ''}={span.value}{number}}}"


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description="Score the entities of Xinglin")
    parser.add_argument("--errors", action="store_true", help="print what is not read as marked")
    options = parser.parse_args()
    material, sentences = training_material(), read_marked()
    gazetteer = Gazetteer(material.names, material.patterns)
    print(f"{len(sentences)} sentences: exact F1 · overlap F1 · details right · marked")
    for kind, one in score(gazetteer, sentences).items():
        print(f"  {kind:12} {one.exact_f1:.3f} · {one.overlap_f1:.3f} · {one.details:.3f} · {one.marked}")
    if options.errors:
        print("\n".join(errors(gazetteer, sentences)))


if __name__ == "__main__":
    main()
