"""How well the reader reads: cross-validation, our frozen files, or files of one's own.

    xinglin nlu evaluate [FILE…] [--model MODEL] [--against MODEL] [--picture FILE.png] [--json]

The reader is trained from the present files as Rasa does it, or taken out of a trained model. Without FILE the
training sentences are cross-validated and the threshold is chosen on that alone; test files only report it.
A FILE is Rasa's YAML or JSON lines {"text", "intent"}; no intent counts as out of scope. Labels of public sets are
understood too (tools/known_as.py); rows whose label means no one intent are left out and counted. Where a file marks
names, [阿莫西林](drug) or {"entities": [{"start", "end", "entity"}]}, they are scored as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from components.reader import Reader
from tools.entity_scores import MARKED, Marked, read_marked
from tools.material import BadFile, TestSet, own_test_sets, read_set, training_material
from tools.picture import draw
from tools.readers import cross_validate, load, name_scores, read_all, train
from tools.report import Report, facts, in_words
from tools.scores import THRESHOLDS, Outcome, compare, lowest_that_keeps

CROSSED = "5-fold cross-validation"
# What the threshold is chosen for, in cross-validation: the lowest that keeps both.
RIGHT_AT_LEAST, LET_THROUGH_AT_MOST = 0.97, 0.05


def main() -> None:
    """Print the report."""
    options = _options()
    try:
        reports = list(_reports(options))
    except BadFile as error:
        sys.exit(str(error))
    if options.json:
        print(json.dumps([facts(report) for report in reports], ensure_ascii=False, indent=1))
    else:
        print("\n\n".join(in_words(report) for report in reports))
    with_intents = [report for report in reports if report.outcome.texts]
    for path, report in zip(_picture_paths(options.picture, with_intents), with_intents, strict=False):
        draw(report.outcome, report.name, path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="xinglin nlu evaluate", description="Measure how well sentences are read")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", type=Path, help="a trained model; without it the present files are trained from")
    parser.add_argument("--against", type=Path, help="another trained model, compared on the same sentences")
    parser.add_argument("--picture", type=Path, help="where to draw the confusions, a .png")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _reports(options: argparse.Namespace) -> Iterator[Report]:
    sets = [read_set(path) for path in options.files] or own_test_sets()
    reader = load(options.model) if options.model else train(training_material())
    other = load(options.against) if options.against else None
    if not options.files and not options.model:
        crossed = cross_validate(training_material())[1]
        yield Report(CROSSED, crossed, chosen=_chosen(crossed))
    for some in sets:
        yield _report(some, reader, other)
    if not options.files:
        yield Report(MARKED.stem, read_all(reader, []), names=name_scores(reader, read_marked(MARKED)))


def _report(some: TestSet, reader: Reader, other: Reader | None) -> Report:
    outcome = read_all(reader, some.sentences)
    second = read_all(other, some.sentences) if other else None
    marked = [Marked(sentence.text, list(sentence.marks)) for sentence in some.sentences]
    names = name_scores(reader, marked) if any(one.spans for one in marked) else {}
    compared = compare(outcome, second) if second else None
    return Report(some.name, outcome, some.left_out, other=second, compared=compared, names=names)


def _chosen(crossed: Outcome) -> str:
    """Name the lowest threshold that keeps what is asked for."""
    asked = f"right at least {RIGHT_AT_LEAST}, let through at most {LET_THROUGH_AT_MOST}"
    found = lowest_that_keeps(crossed, THRESHOLDS, right=RIGHT_AT_LEAST, let_through=LET_THROUGH_AT_MOST)
    return f"{'none' if found is None else format(found, '.2f')} ({asked})"


def _picture_paths(picture: Path | None, reports: Sequence[Report]) -> list[Path]:
    """One picture a set: the name given, or with several sets the name with each set's."""
    if picture is None:
        return []
    if len(reports) == 1:
        return [picture]
    return [picture.with_name(f"{picture.stem}-{report.name.replace(' ', '-')}{picture.suffix}") for report in reports]


if __name__ == "__main__":
    main()
