"""Whether the sentences are sound: doubles, conflicts, leaks into the tests, thin intents, padding, doubtful labels.

    xinglin nlu audit [--strict]

Ends with 1 when one sentence has two intents, or stands in training and in a test. `--strict` looks for these alone,
in seconds, for every check; all the rest needs an eye and is listed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from components.folding import fold, plain
from components.gazetteer import Gazetteer
from components.reader import look
from tools.findings import Both, Doubles, commonest_shapes, doubles, leaks, richness, tally
from tools.material import BadFile, Material, Sentence, own_test_sets, training_material
from tools.readers import cross_validate
from tools.report import confusions
from tools.scores import Outcome

MOST, SUSPICIOUS = 15, 50
SURE_OF_ANOTHER = 0.6  # below, cross-validation has no opinion worth reading
# To the reader all numbers are one; here 5201314 is not 2. Letters that stand for digits get past its folding.
_KEPT_DIGITS = str.maketrans("0123456789", "ⅹⅰⅱⅲⅳⅴⅵⅶⅷⅸ")


def main() -> None:
    """Print the findings."""
    parser = argparse.ArgumentParser(prog="xinglin nlu audit", description="Audit the training and test sentences")
    parser.add_argument("--strict", action="store_true", help="only what is wrong in any case; a few seconds")
    options = parser.parse_args()
    try:
        material, tests = training_material(), [s for some in own_test_sets() for s in some.sentences]
    except BadFile as error:
        sys.exit(str(error))
    within, between = doubles(material.sentences, folded)
    leaked = leaks(material.sentences, tests, folded)
    wrong = [*_wrong("two intents for one sentence", between.same), *_wrong("test sentence in training", leaked.same)]
    print("\n".join(wrong) or f"{len(material.sentences)} + {len(tests)} sentences: no conflict, no leak")
    if not options.strict:
        for lines in (_listed(within, between, leaked), _rich(material), _crossed(material)):
            print("\n".join(lines))
    sys.exit(1 if wrong else 0)


def folded(text: str) -> str:
    """Return what makes a sentence its own: width, case, punctuation, spaces and courtesy do not, numbers do."""
    return plain(fold(text).translate(_KEPT_DIGITS)).replace(" ", "")


def _wrong(title: str, pairs: Sequence[Both]) -> Iterator[str]:
    yield from (f"✗ {title}: {_told(pair)}" for pair in pairs)


def _listed(within: Doubles, between: Doubles, leaked: Doubles) -> Iterator[str]:
    yield from _section("same sentence twice in an intent", within.same)
    yield from _section("near sentences in an intent", within.near)
    yield from _section("near sentences in two intents", between.near)
    yield from _section("test sentence nearly in training", leaked.near)


def _section(title: str, pairs: Sequence[Both]) -> Iterator[str]:
    yield f"\n== {title}: {len(pairs)}"
    if pairs:
        yield "   " + ", ".join(f"{intents} {count}" for intents, count in tally(pairs).most_common(MOST))
    yield from (f"   {_told(pair)}" for pair in pairs)


def _rich(material: Material) -> Iterator[str]:
    gazetteer = Gazetteer(material.names, material.patterns)

    def masked(text: str) -> str:
        return look(gazetteer, text)[1][1]

    yield "\n== how rich each intent is: sentences, distinct, share that only repeats a shape"
    for each in richness(material.sentences, folded, masked):
        mark = "  THIN" if each.thin else ""
        yield f"   {each.sentences:5d} {each.distinct:5d} {each.padding:6.2f}  {each.intent}{mark}"
    yield "\n== shapes that most sentences share"
    for intent, group in commonest_shapes(material.sentences, masked)[:MOST]:
        yield f"   {len(group):4d}  {intent}   {' / '.join(sentence.text for sentence in group[:3])}"


def _crossed(material: Material) -> Iterator[str]:
    order, outcome = cross_validate(material)
    yield f"\n== confusions by cross-validation (accuracy {outcome.accuracy:.3f}, macro-F1 {outcome.macro_f1:.3f})"
    for true, read, count, _ in confusions(outcome)[:MOST]:
        examples = [order[i].text for i in _surest(outcome, (outcome.true == true) & (outcome.predicted == read))[:3]]
        yield f"   {count:4d}  {true} → {read}   {' / '.join(examples)}"
    doubtful = [i for i in _surest(outcome, ~outcome.right) if outcome.confidence[i] >= SURE_OF_ANOTHER]
    yield f"\n== suspicious labels: cross-validation is sure of another ({len(doubtful)}, the surest first)"
    for i in doubtful[:SUSPICIOUS]:
        where = f"{order[i].text}   {order[i].intent}, read as {outcome.predicted[i]} at {outcome.confidence[i]:.2f}"
        yield f"   {where}   {order[i].place}"


def _surest(outcome: Outcome, where: np.ndarray) -> list[int]:
    places = np.flatnonzero(where)
    return [int(i) for i in places[np.argsort(-outcome.confidence[places], kind="stable")]]


def _told(pair: tuple[Sentence, Sentence]) -> str:
    one, other = pair
    return f"{one.text} ({one.intent}, {one.place}) · {other.text} ({other.intent}, {other.place})"


if __name__ == "__main__":
    main()
