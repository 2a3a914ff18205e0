"""Names written wrongly, values, denials: found where they are, and nowhere else."""

import time
import unittest
from random import Random

from tools.entity_scores import ALL, read_marked, score
from tools.material import training_material
from tools.measure_drugs import drugs_at, misspelt

from components.folding import LONGEST_TEXT, fold
from components.gazetteer import Gazetteer, Span
from components.numerals import read_number
from components.quantities import age, doses, lab_value

MATERIAL = training_material()
GAZETTEER = Gazetteer(MATERIAL.names, MATERIAL.patterns)


def spans(text: str, kind: str) -> list[Span]:
    return [span for span in GAZETTEER.spans(fold(text)) if span.kind == kind]


def drugs(text: str) -> list[tuple[str, str | None]]:
    return [(text[span.start : span.end], span.value) for span in spans(text, "drug")]


class MisspeltDrugsTest(unittest.TestCase):
    def test_every_kind_of_error_is_read(self) -> None:
        names = {"drug": ["阿莫西林", "布洛芬", "氯雷他定"], "sound": MATERIAL.names["sound"]}
        gazetteer = Gazetteer(names, [])
        for wrong in (
            "阿莫西零",
            "阿莫西木",
            "阿木西林",
            "阿莫西",
            "阿莫大西林",
            "阿西莫林",
            "amoxilin",
            "a mo xi lin",
            "amoxilim",
        ):
            (span,) = gazetteer.spans(f"请问{wrong}怎么吃")
            self.assertEqual((span.start, span.end, span.value), (2, 2 + len(wrong), "阿莫西林"), wrong)
            self.assertTrue(span.guessed)

    def test_what_is_written_rightly_is_no_guess(self) -> None:
        (span,) = spans("阿莫西林过敏", "drug")
        self.assertEqual((span.value, span.guessed), ("阿莫西林", False))

    def test_ordinary_words_are_no_drugs(self) -> None:
        for text in ("现代文学", "来得时候", "也可定期复查", "我可乐喝多了", "明天下午三点开会", "这个app怎么用"):
            self.assertEqual(drugs(text), [])

    def test_most_errors_are_found(self) -> None:
        cases = [case for case in misspelt(MATERIAL.names) if len(case[0]) > 2]
        some = Random(1).sample(cases, 800)
        found = sum(bool(drugs_at(GAZETTEER, text, text.index(wrong), len(wrong))) for _, _, wrong, text in some)
        self.assertGreaterEqual(found / len(some), 0.97)

    def test_time_is_bounded_for_any_text(self) -> None:
        for piece in ("头孢", "a mo xi lin ", "一二三四五", "阿莫西林", "没有", "疼", "abc"):
            started = time.process_time()
            GAZETTEER.spans((piece * LONGEST_TEXT)[:LONGEST_TEXT])
            self.assertLess(time.process_time() - started, 0.5, piece)


class ValuesTest(unittest.TestCase):
    def test_numbers(self) -> None:
        for words, number in {
            "13.9": "13.9",
            "三十八": "38",
            "一百二": "120",
            "一百零五": "105",
            "两": "2",
            "半": "0.5",
            "六点五": "6.5",
            "一百〇五": "105",
            "三分之二": "2/3",
        }.items():
            self.assertEqual(read_number(words), number)

    def test_lab_values(self) -> None:
        self.assertEqual(lab_value("血糖13.9mmol/l高", 2), (12, "13.9", "mmol/l"))
        self.assertEqual(lab_value("血压160/100", 2), (9, "160/100", None))
        self.assertEqual(lab_value("体温三十八度五", 2), (7, "38.5", "度"))
        self.assertEqual(lab_value("体温38度半", 2), (6, "38.5", "度"))
        self.assertIsNone(lab_value("尿酸3天没查", 2))
        self.assertIsNone(lab_value("血压一直高", 2))

    def test_doses_and_ages(self) -> None:
        self.assertEqual(
            [found[2:] for found in doses("两片,5mg,半粒,1-2袋")],
            [("2", "片"), ("5", "mg"), ("0.5", "粒"), ("1-2", "袋")],
        )
        self.assertEqual(
            [age(words) for words in ("孩子3岁", "8个月", "半岁", "3岁半")],
            [("3", "岁"), ("8", "月"), ("0.5", "岁"), ("3.5", "岁")],
        )

    def test_a_part_of_a_tablet_is_not_several(self) -> None:
        self.assertEqual(
            [found[2:] for found in doses("1/2片,二分之一片,1/4 粒,10/20片")],
            [("1/2", "片"), ("1/2", "片"), ("1/4", "粒"), ("20", "片")],
        )

    def test_a_half_is_added_once(self) -> None:
        self.assertEqual([found[2] for found in doses("两片半,半片半,1.5片半")], ["2.5", "0.5", "1.5"])
        self.assertEqual(age("半岁半"), ("0.5", "岁"))
        self.assertEqual(lab_value("体温38.5度5", 2), (8, "38.5", "度"))

    def test_who_and_how_old(self) -> None:
        (span,) = spans("我妈七十三岁，头晕", "person")
        self.assertEqual((span.value, span.number, span.unit), ("妈", "73", "岁"))


class DenialTest(unittest.TestCase):
    def test_denied(self) -> None:
        for text in ("没有发烧", "不咳嗽", "从来没有咳嗽过", "发烧已经好了", "没再头晕", "肚子不疼"):
            self.assertEqual([span.negated for span in spans(text, "symptom")], [True], text)

    def test_not_denied(self) -> None:
        for text in ("是不是发烧", "忍不住咳嗽", "不停打喷嚏", "有没有可能是感冒", "发不发烧", "不舒服", "不光咳嗽"):
            self.assertEqual([span.negated for span in spans(text, "symptom")], [False], text)

    def test_a_denial_runs_through_a_list(self) -> None:
        self.assertEqual(
            [span.negated for span in spans("没有发烧、咳嗽和腹泻，头疼", "symptom")], [True, True, True, False]
        )


class MarkedSentencesTest(unittest.TestCase):
    def test_scores_do_not_fall(self) -> None:
        scores = score(GAZETTEER, read_marked())
        self.assertGreaterEqual(scores[ALL].exact_f1, 0.95)
        self.assertGreaterEqual(scores[ALL].details, 0.97)
