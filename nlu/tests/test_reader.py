"""Folding, names, intents: pure parts, no Rasa."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from components.folding import LONGEST_TEXT, fold, plain
from components.gazetteer import Gazetteer, Span
from components.reader import Reader, train_reader

NAMES = {"drug": ["阿莫西林", "阿莫西林胶囊", "Aspirin"], "department": ["内科", "心内科"], "symptom": ["麻"]}
PATTERNS = [("time", r"(?:今|明|后)天(?:[上下]午)?")]
EXAMPLES = [
    *((text, "query_drug") for text in ("阿莫西林怎么吃", "aspirin怎么吃", "布洛芬有什么副作用", "药能一起吃吗")),
    *((text, "book_appointment") for text in ("挂明天心内科的号", "我要挂号", "帮我约个内科", "挂个号")),
    *((text, "out_of_scope") for text in ("今天天气怎么样", "讲个笑话", "放首歌", "股票涨了吗")),
]


class FoldingTest(unittest.TestCase):
    def test_length_is_kept_so_that_positions_hold(self) -> None:
        for text in ("ＡＢＣ１２３", "㎎和½", "İstanbul", "👨‍👩‍👧头疼", "ﬁ药", "\ud800x", "a\x00b", "阿莫西林"):
            self.assertEqual(len(text), len(fold(text)), text)

    def test_full_width_and_case_are_one(self) -> None:
        self.assertEqual(fold("Ａｓｐｉｒｉｎ１００"), "aspirin100")

    def test_plain_drops_punctuation_and_keeps_pictures(self) -> None:
        self.assertEqual(plain(fold("8点，吃 2 片！")), "0点 吃 0 片")
        self.assertEqual(plain("👍"), "👍")
        self.assertEqual(plain("？！…"), "")

    def test_courtesy_is_dropped_around_a_question_only(self) -> None:
        self.assertEqual(plain("您好，请问散光能好吗，谢谢您"), "散光能好吗")
        for alone in ("您好", "你好啊", "谢谢", "请问", "谢谢你", "你好谢谢"):
            self.assertEqual(plain(alone), alone)


class GazetteerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.gazetteer = Gazetteer(NAMES, PATTERNS)

    def test_longest_name_wins_and_nothing_overlaps(self) -> None:
        spans = self.gazetteer.spans("明天上午挂心内科拿阿莫西林胶囊")
        self.assertEqual(
            [(s.start, s.end, s.kind) for s in spans], [(0, 4, "time"), (5, 8, "department"), (9, 15, "drug")]
        )

    def test_one_character_is_no_name(self) -> None:
        self.assertEqual(self.gazetteer.spans("麻烦你"), [])

    def test_names_are_found_whatever_their_width_or_case(self) -> None:
        self.assertEqual(self.gazetteer.spans(fold("吃ＡＳＰＩＲＩＮ吗")), [Span(1, 8, "drug")])

    def test_mask_puts_one_letter_for_a_name(self) -> None:
        text = "阿莫西林和aspirin"
        masked = self.gazetteer.mask(text, self.gazetteer.spans(text))
        self.assertEqual((len(masked), masked[1]), (3, "和"))
        self.assertEqual(masked[0], masked[2])


class ReaderTest(unittest.TestCase):
    reader: Reader

    @classmethod
    def setUpClass(cls) -> None:
        cls.reader = train_reader(EXAMPLES, NAMES, PATTERNS, inverse_penalty=30)

    def intent(self, text: str) -> str:
        return self.reader.labels[int(self.reader.read(text).probabilities.argmax())]

    def test_reads_a_sentence_it_has_not_seen(self) -> None:
        self.assertEqual(self.intent("阿莫西林胶囊怎么吃呀"), "query_drug")
        self.assertEqual(self.intent("后天挂内科"), "book_appointment")

    def test_unknown_words_leave_it_unsure(self) -> None:
        known = self.reader.read("我要挂号").probabilities.max()
        unknown = self.reader.read("我要鑫淼焱垚犇羴骉鱻").probabilities.max()
        self.assertLess(unknown, known - 0.2)

    def test_probabilities_sum_to_one_for_any_input(self) -> None:
        for text in ("", " ", "？？？", "\x00", "\ud800", "a" * 100_000, "👍" * 1000, "١٢٣"):
            self.assertAlmostEqual(float(self.reader.read(text).probabilities.sum()), 1.0)

    def test_text_beyond_the_cap_is_not_read(self) -> None:
        spans = self.reader.read("啊" * LONGEST_TEXT + "阿莫西林").spans
        self.assertEqual(spans, [])

    def test_same_data_gives_the_same_model(self) -> None:
        again = train_reader(EXAMPLES, NAMES, PATTERNS, inverse_penalty=30)
        for text, _ in EXAMPLES:
            np.testing.assert_array_equal(self.reader.read(text).probabilities, again.read(text).probabilities)

    def test_what_is_saved_reads_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.reader.save(Path(folder))
            loaded = Reader.load(Path(folder))
        for text in ("明天挂心内科", "阿莫西林"):
            before, after = self.reader.read(text), loaded.read(text)
            self.assertEqual(before.spans, after.spans)
            np.testing.assert_array_equal(before.probabilities, after.probabilities)
