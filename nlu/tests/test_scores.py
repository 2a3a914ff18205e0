"""The arithmetic of the tools: scores, calibration, coverage, comparison."""

import math
import unittest

import numpy as np
from tools.baseline import halves
from tools.picture import confusion_table
from tools.scores import (
    Outcome,
    by_intent,
    calibration_error,
    compare,
    cover,
    cover_of,
    joined,
    lowest_that_keeps,
    mcnemar,
    reliability,
)


def outcome(*rows: tuple[str, str, float]) -> Outcome:
    """Truth, prediction and confidence, a row each; the texts are the row's numbers."""
    true, predicted, confidence = zip(*rows, strict=True)
    texts = [str(number) for number in range(len(rows))]
    return Outcome(texts, np.array(true), np.array(predicted), np.array(confidence), np.ones(len(rows)))


SOME = outcome(
    ("greet", "greet", 0.9),
    ("greet", "thank", 0.6),
    ("thank", "thank", 0.8),
    ("query_drug", "ask_health", 0.9),
    ("out_of_scope", "greet", 0.7),
    ("out_of_scope", "out_of_scope", 0.95),
    ("ask_health", "query_drug", 0.65),
)


class ScoresTest(unittest.TestCase):
    def test_accuracy_and_f1_of_each_intent(self) -> None:
        self.assertAlmostEqual(SOME.accuracy, 3 / 7)
        scores = {score.intent: score for score in by_intent(SOME)}
        self.assertEqual(scores["greet"].support, 2)
        self.assertAlmostEqual(scores["greet"].precision, 0.5)
        self.assertAlmostEqual(scores["greet"].recall, 0.5)
        self.assertAlmostEqual(scores["thank"].f1, 2 / 3)
        self.assertEqual(scores["query_drug"].f1, 0)
        wanted = np.mean([0.5, 2 / 3, 0, 2 / 3, 0])
        self.assertAlmostEqual(SOME.macro_f1, float(wanted))

    def test_an_intent_that_is_only_predicted_is_shown_but_not_averaged(self) -> None:
        some = outcome(("greet", "greet", 1.0), ("greet", "thank", 1.0))
        self.assertEqual({score.intent for score in by_intent(some)}, {"greet", "thank"})
        self.assertAlmostEqual(some.macro_f1, 2 / 3)

    def test_parts_are_joined_in_order(self) -> None:
        whole = joined([SOME, SOME])
        self.assertEqual(whole.texts, SOME.texts * 2)
        self.assertAlmostEqual(whole.accuracy, SOME.accuracy)


class CalibrationTest(unittest.TestCase):
    def test_confidence_that_is_always_met_has_no_error(self) -> None:
        confidence = np.array([0.75] * 4)
        right = np.array([True, True, True, False])
        table = reliability(confidence, right)
        self.assertEqual([(step.sentences, step.accuracy) for step in table], [(4, 0.75)])
        self.assertAlmostEqual(calibration_error(table), 0)

    def test_error_is_weighed_by_sentences(self) -> None:
        confidence = np.array([1.0, 1.0, 1.0, 0.1])
        right = np.array([True, True, False, False])
        wanted = (3 * (1 - 2 / 3) + 1 * 0.1) / 4
        self.assertAlmostEqual(calibration_error(reliability(confidence, right)), wanted)

    def test_both_ends_belong_to_a_bin(self) -> None:
        table = reliability(np.array([0.0, 1.0]), np.array([False, True]), bins=10)
        self.assertEqual([(step.low, step.high, step.sentences) for step in table], [(0.0, 0.1, 1), (0.9, 1.0, 1)])

    def test_nothing_has_no_error_to_speak_of(self) -> None:
        self.assertTrue(math.isnan(calibration_error(reliability(np.zeros(0), np.zeros(0, dtype=bool)))))


class CoverTest(unittest.TestCase):
    def test_what_a_threshold_gives(self) -> None:
        found = cover(SOME, 0.6)
        self.assertAlmostEqual(found.alone, 3 / 4)  # the drug question was taken for health: not answered alone
        self.assertAlmostEqual(found.right, 2 / 3)
        self.assertAlmostEqual(found.right_of_all, 2 / 5)  # and with it one out of scope, one about health
        self.assertAlmostEqual(found.let_through, 1 / 2)

    def test_a_higher_one_answers_less_and_lets_less_through(self) -> None:
        found = cover(SOME, 0.75)
        self.assertAlmostEqual(found.alone, 2 / 4)
        self.assertEqual((found.right, found.let_through), (1.0, 0.0))

    def test_nothing_to_count_is_nan(self) -> None:
        self.assertTrue(math.isnan(cover_of(SOME, np.zeros(7, dtype=bool)).right))

    def test_the_lowest_that_keeps_both_is_chosen(self) -> None:
        thresholds = (0.9, 0.5, 0.75, 0.7)
        self.assertEqual(lowest_that_keeps(SOME, thresholds, right=0.97, let_through=0.05), 0.75)
        self.assertIsNone(lowest_that_keeps(SOME, (0.5, 0.6), right=0.97, let_through=0.05))


class CompareTest(unittest.TestCase):
    def test_better_and_worse_are_found(self) -> None:
        one = outcome(("greet", "greet", 1.0), ("greet", "thank", 1.0), ("thank", "thank", 1.0))
        other = outcome(("greet", "thank", 1.0), ("greet", "greet", 1.0), ("thank", "thank", 1.0))
        found = compare(one, other)
        self.assertEqual((found.better, found.worse, found.p), ([0], [1], 1.0))

    def test_other_sentences_are_refused(self) -> None:
        with self.assertRaises(ValueError):
            compare(SOME, outcome(("greet", "greet", 1.0)))

    def test_exact_p(self) -> None:
        self.assertEqual(mcnemar(0, 0), 1.0)
        self.assertAlmostEqual(mcnemar(0, 5), 2 / 2**5)
        self.assertAlmostEqual(mcnemar(9, 1), 2 * (1 + 10) / 2**10)
        self.assertAlmostEqual(mcnemar(9, 1), mcnemar(1, 9))


class PictureTest(unittest.TestCase):
    def test_only_misread_intents_have_a_row_the_worst_first(self) -> None:
        some = outcome(
            ("greet", "thank", 1.0), ("thank", "thank", 1.0), ("deny", "greet", 1.0), ("deny", "affirm", 1.0),
            ("deny", "deny", 1.0),
        )  # fmt: skip
        rows, columns, counts = confusion_table(some)
        self.assertEqual(rows, ["deny", "greet"])
        self.assertEqual(columns, ["deny", "greet", "affirm", "thank"])
        self.assertEqual(counts.tolist(), [[1, 1, 1, 0], [0, 0, 0, 1]])

    def test_no_mistake_is_an_empty_table(self) -> None:
        rows, columns, counts = confusion_table(outcome(("greet", "greet", 1.0)))
        self.assertEqual((rows, columns, counts.shape), ([], [], (0, 0)))


class HalvesTest(unittest.TestCase):
    def test_each_sentence_is_in_one_half_always_the_same(self) -> None:
        learned, measured = halves(101)
        self.assertEqual(sorted([*learned, *measured]), list(range(101)))
        self.assertEqual((learned, measured), halves(101))
