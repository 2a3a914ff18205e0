"""Folding, names, intents: pure parts, no Rasa."""

import tempfile
import unittest
from pathlib import Path

from components.folding import LONGEST_TEXT, fold, plain
from components.gazetteer import Gazetteer, Span
from components.intent_model import BROKEN
from components.pairs import PairTable
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

    def test_width_case_and_script_are_one(self) -> None:
        self.assertEqual(fold("Ａｓｐｉｒｉｎ１００"), "aspirin100")
        self.assertEqual(fold("掛號，頭痛吃什麼藥"), "挂号,头痛吃什么药")

    def test_plain_drops_punctuation_and_keeps_pictures(self) -> None:
        self.assertEqual(plain(fold("8点，吃 2 片！")), "0点 吃 0 片")
        self.assertEqual(plain("👍"), "👍")
        self.assertEqual(plain("？！…"), "")

    def test_courtesy_is_dropped_around_a_question_only(self) -> None:
        self.assertEqual(plain("您好，请问散光能好吗，谢谢您"), "散光能好吗")
        for alone in ("您好", "你好啊", "谢谢", "请问", "谢谢你", "你好谢谢"):
            self.assertEqual(plain(alone), alone)


class PairsTest(unittest.TestCase):
    def test_a_letter_alone_is_not_the_word_that_starts_or_ends_with_it(self) -> None:
        table = PairTable.of([(word, word, word) for word in ("thx", "xie", "嗯")])
        lengths = {word: float(sum(table.vector((word, word, word)).values ** 2)) for word in ("thx", "嗯", "x")}
        self.assertAlmostEqual(lengths["thx"], 3)  # one a view
        self.assertAlmostEqual(lengths["嗯"], 3)
        self.assertLess(lengths["x"], 1.5)


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
        self.assertEqual(self.gazetteer.spans(fold("吃ＡＳＰＩＲＩＮ吗")), [Span(1, 8, "drug", "Aspirin")])

    def test_mask_puts_one_letter_for_a_name(self) -> None:
        text = "阿莫西林和aspirin"
        masked = self.gazetteer.mask(text, self.gazetteer.spans(text))
        self.assertEqual((len(masked), masked[1]), (3, "和"))
        self.assertEqual(masked[0], masked[2])


class ReaderTest(unittest.TestCase):
    reader: Reader

    @classmethod
    def setUpClass(cls) -> None:
        cls.reader = train_reader(EXAMPLES, NAMES, PATTERNS, inverse_penalty=4)

    def intent(self, text: str) -> str:
        return self.reader.read(text).intent

    def test_reads_a_sentence_it_has_not_seen(self) -> None:
        self.assertEqual(self.intent("阿莫西林胶囊怎么吃呀"), "query_drug")
        self.assertEqual(self.intent("后天挂内科"), "book_appointment")

    def test_unknown_words_leave_it_unsure(self) -> None:
        known = self.reader.read("我要挂号").confidence
        unknown = self.reader.read("我要鑫淼焱垚犇羴骉鱻").confidence
        self.assertLess(unknown, known - 0.2)

    def test_any_input_gives_every_intent_a_confidence_best_first(self) -> None:
        for text in ("", " ", "？？？", "\x00", "\ud800", "a" * 100_000, "👍" * 1000, "١٢٣"):
            reading = self.reader.read(text)
            confidences = [confidence for _, confidence in reading.ranking]
            self.assertEqual({name for name, _ in reading.ranking}, set(self.reader.labels))
            self.assertEqual(confidences, sorted(confidences, reverse=True))
            self.assertTrue(confidences[-1] > 0 and confidences[0] < 1, text)

    def test_a_drug_is_told_with_its_generic_name(self) -> None:
        reader = train_reader(EXAMPLES, NAMES, PATTERNS, generic={"Aspirin": "阿司匹林"}, inverse_penalty=4)
        entity = reader.read("aspirin怎么吃").entities[0]
        told = {"entity": "drug", "start": 0, "end": 7, "value": "Aspirin", "generic": "阿司匹林", "guessed": False}
        self.assertEqual(entity, told)

    def test_a_find_is_where_it_stands_in_the_text_as_typed(self) -> None:
        for text, found in {
            "👨‍👩‍👧说ＡＳＰＩＲＩＮ怎么吃": "ＡＳＰＩＲＩＮ",
            "\ud800ﬁ\x00阿莫西林\u200b怎么吃": "阿莫西林",
            "İ㎎½ 掛心內科": "心內科",
            "\ufeff\u202eabc阿莫西林胶囊abc": "阿莫西林胶囊",
        }.items():
            (entity,) = self.reader.read(text).entities
            self.assertEqual(text[entity["start"] : entity["end"]], found)

    def test_text_beyond_the_cap_is_not_read(self) -> None:
        spans = self.reader.read("啊" * LONGEST_TEXT + "阿莫西林").spans
        self.assertEqual(spans, [])

    def test_same_data_gives_the_same_model(self) -> None:
        again = train_reader(EXAMPLES, NAMES, PATTERNS, inverse_penalty=4)
        for text, _ in EXAMPLES:
            self.assertEqual(self.reader.read(text), again.read(text))

    def test_what_is_broken_is_not_loaded(self) -> None:
        for name, content in {
            "names.json": b'{"names": {}}',
            "intents.json": b'{"labels": ["greet"], "pairs": ["0x"], "unseen_idf": 1.0}',
            "intents.npz": b"PK\x03\x04",
            "doubt.json": b'{"score": 1.0}',
        }.items():
            for rest in (content, b"", b"[]"):
                with tempfile.TemporaryDirectory() as folder:
                    self.reader.save(Path(folder))
                    (Path(folder) / name).write_bytes(rest)
                    with self.assertRaises(BROKEN, msg=name):
                        Reader.load(Path(folder))

    def test_what_is_saved_reads_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.reader.save(Path(folder))
            loaded = Reader.load(Path(folder))
        for text in ("明天挂心内科", "阿莫西林"):
            self.assertEqual(self.reader.read(text), loaded.read(text))
