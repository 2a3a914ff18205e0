"""What the audit finds, and how sentences and public labels are read."""

import json
import tempfile
import unittest
from pathlib import Path

from tools.audit import folded
from tools.findings import ENOUGH, Doubles, commonest_shapes, doubles, leaks, richness
from tools.known_as import group, meaning
from tools.material import BadFile, Sentence, load, own_test_sets, read_set
from tools.neighbours import are_near, clusters, near, one_edit_apart, same

from components.gazetteer import Span


def same_text(text: str) -> str:
    return text


def texts(pairs: Doubles) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The texts alone: same, near."""
    return [(a.text, b.text) for a, b in pairs.same], [(a.text, b.text) for a, b in pairs.near]


class NeighboursTest(unittest.TestCase):
    def test_one_edit(self) -> None:
        for other in ("我想挂个号", "我想挂号吧", "我要挂号", "想挂号", "我想挂"):
            self.assertTrue(one_edit_apart("我想挂号", other), other)
            self.assertTrue(one_edit_apart(other, "我想挂号"), other)
        for other in ("我想挂号", "我要挂个号", "挂号我想", "挂号"):
            self.assertFalse(one_edit_apart("我想挂号", other), other)

    def test_near_is_one_edit_or_the_same_characters(self) -> None:
        self.assertTrue(are_near("明天下午挂号", "挂号明天下午"))
        self.assertFalse(are_near("明天下午挂号", "挂号今天上午"))

    def test_pairs_are_those_that_comparing_all_would_find(self) -> None:
        some = ["头疼三天了", "头疼两天了", "头疼三天", "三天头疼了", "肚子疼三天了", "头疼", "头痛", "头疼三天了"]
        long = [i for i, text in enumerate(some) if len(text) >= 5 and text not in some[:i]]
        every = [(i, j) for i in long for j in long if i < j and are_near(some[i], some[j])]
        self.assertEqual(near(some), every)
        self.assertIn((0, 1), every)

    def test_short_ones_are_near_to_nothing(self) -> None:
        self.assertEqual(near(["今天", "明天", "后天下午", "今天下午"]), [])

    def test_equal_texts_are_grouped(self) -> None:
        self.assertEqual(same(["是", "好", "是", "不", "是"]), [[0, 2, 4]])

    def test_clusters_hold_together_through_others(self) -> None:
        self.assertEqual(sorted(clusters(5, [(0, 1), (1, 3)])), [[0, 1, 3], [2], [4]])


class FindingsTest(unittest.TestCase):
    def test_doubles_within_and_between_intents(self) -> None:
        within, between = doubles(
            [
                Sentence("我想挂个号呀", "book"), Sentence("我想挂个号！呀", "book"), Sentence("我想挂个号哦", "book"),
                Sentence("我想挂个号呀", "deny"),
            ],
            folded,
        )  # fmt: skip
        self.assertEqual(texts(within)[1], [("我想挂个号呀", "我想挂个号哦")])
        self.assertEqual([(a.intent, b.intent) for a, b in between.same], [("book", "deny")])

    def test_leaks_are_named_once_by_their_test_sentence(self) -> None:
        training = [Sentence("头疼得厉害", "describe"), Sentence("头疼得厉害了", "describe")]
        found = leaks(training, [Sentence("头疼得厉害。", "describe"), Sentence("牙齿松动了", "describe")], folded)
        self.assertEqual(texts(found)[0], [("头疼得厉害。", "头疼得厉害")])
        self.assertEqual(texts(found)[1], [("头疼得厉害。", "头疼得厉害了")])

    def test_two_tests_alike_are_no_leak(self) -> None:
        tests = [Sentence("头疼得厉害", "describe"), Sentence("头疼得厉害", "describe")]
        self.assertEqual(texts(leaks([Sentence("牙疼了好几天", "describe")], tests, same_text)), ([], []))

    def test_numbers_are_not_all_one(self) -> None:
        self.assertNotEqual(folded("5201314"), folded("2"))
        self.assertEqual(folded("发烧３８度!"), folded("发烧38度"))

    def test_richness_counts_near_ones_once(self) -> None:
        some = [Sentence(text, "describe") for text in ("头疼三天了", "头疼两天了", "肚子不舒服")]
        found = richness(some, same_text, lambda text: text[:2])[0]
        self.assertEqual((found.sentences, found.distinct, found.shapes), (3, 2, 2))
        self.assertTrue(found.thin)
        self.assertAlmostEqual(found.padding, 1 / 3)

    def test_enough_is_not_thin_and_short_intents_need_not_be_rich(self) -> None:
        many = [Sentence(f"{number:05d}", "describe") for number in range(0, 1000 * ENOUGH, 111)]
        self.assertFalse(richness(many, same_text, same_text)[0].thin)
        self.assertFalse(richness([Sentence("你好", "greet")], same_text, same_text)[0].thin)

    def test_shapes_most_shared_come_first(self) -> None:
        some = [Sentence(text, "describe") for text in ("头疼", "头晕", "头痛", "胃疼", "胃胀", "咳")]
        found = commonest_shapes(some, lambda text: text[0])
        self.assertEqual([len(group) for _, group in found], [3, 2])


class MaterialTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_yaml_is_read_with_lines_and_without_marks(self) -> None:
        path = self.file(
            "some.yml",
            'nlu:\n- intent: query_drug\n  examples: |\n    - [阿莫西林](drug)怎么吃\n    - 吃{"a": 1}\n'
            "- lookup: drug\n  examples: |\n    - 阿莫西林\n- synonym: 甲\n  examples: |\n    - 乙\n",
        )
        found = load([path])
        self.assertEqual(
            found.sentences[0], Sentence("阿莫西林怎么吃", "query_drug", "some.yml:4", (Span(0, 4, "drug"),))
        )
        self.assertEqual((found.sentences[1].text, found.sentences[1].place), ('吃{"a": 1}', "some.yml:5"))
        self.assertEqual(found.names, {"drug": ["阿莫西林"]})

    def test_both_of_rasas_marks_are_read(self) -> None:
        text = '- 吃[头孢](drug)[两天](time:long)了，挂[眼科]{"entity": "department", "value": "x"}'
        found = load([self.file("some.yml", f"nlu:\n- intent: inform\n  examples: |\n    {text}\n")]).sentences[0]
        self.assertEqual(found.text, "吃头孢两天了，挂眼科")
        self.assertEqual(found.marks, (Span(1, 3, "drug"), Span(3, 5, "time"), Span(8, 10, "department")))
        with self.assertRaises(BadFile):
            load([self.file("some.yml", "nlu:\n- intent: inform\n  examples: |\n    - [头孢]{drug}\n")])

    def test_lines_are_read_with_public_labels(self) -> None:
        rows = [
            {"text": "a", "intent": "greet"}, {"text": "b", "map_intent": "drug_query"}, {"text": "c"},
            {"text": "d", "map_intent": "symptom_or_llm"}, {"text": "e", "map_intent": "triage_or_booking"},
            {"text": "f", "map_intent": "out_of_scope", "intent": "QUERY"},
        ]  # fmt: skip
        path = self.file("lines.jsonl", "\n".join(json.dumps(row) for row in rows))
        found = read_set(path)
        self.assertEqual([s.intent for s in found.sentences], ["greet", "query_drug", "out_of_scope", "out_of_scope"])
        self.assertEqual(found.left_out, {"symptom_or_llm": 1, "visit": 1})
        self.assertEqual(read_set(path, groups=True).left_out, {"symptom_or_llm": 1})

    def test_lines_may_mark_names_in_either_words(self) -> None:
        marks = [{"start": 0, "end": 2, "entity": "drug"}, {"start": 2, "end": 3, "type": "Symptom"}]
        path = self.file("lines.jsonl", json.dumps({"text": "头孢痒", "intent": "inform", "entities": marks}))
        self.assertEqual(read_set(path).sentences[0].marks, (Span(0, 2, "drug"), Span(2, 3, "symptom")))
        with self.assertRaisesRegex(BadFile, "entity"):
            read_set(self.file("bad.jsonl", '{"text": "a", "entities": [{"start": 0}]}'))

    def test_a_broken_file_says_where(self) -> None:
        for text in ("{", '{"text": 1}', "[]"):
            with self.assertRaisesRegex(BadFile, "bad.jsonl:2"):
                read_set(self.file("bad.jsonl", '{"text": "a", "intent": "greet"}\n' + text))
        with self.assertRaises(BadFile):
            read_set(self.folder / "none.jsonl")
        with self.assertRaises(BadFile):
            read_set(self.file("bad.yml", "nlu: ["))

    def test_labels_of_public_sets(self) -> None:
        self.assertEqual(meaning({"map_intent": "chitchat", "label": "greet"}), "greet")
        self.assertEqual(meaning({"map_intent": "llm_health", "label": "病因"}), "ask_health")
        self.assertIsNone(meaning({"text": "x"}))
        self.assertEqual(group("ask_health"), group("out_of_scope"))
        self.assertEqual(group("query_drug"), "query_drug")

    def test_our_own_test_files_are_found(self) -> None:
        self.assertIn("nlu_test", [some.name for some in own_test_sets()])
