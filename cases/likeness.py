"""How like a question is to the questions we know: TF-IDF over characters and over their sounds.

Sounds are toneless syllables in which what southern speakers and typists mix up is one (zh/z, ang/an, l/n),
so that a homophone typed in haste is still near.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pypinyin import lazy_pinyin

_FILLERS = re.compile(r"请问|麻烦|一下|[？?。吗呢啊呀吧嘛您你的了那么]")
_BY_SOUND = 0.45  # weight of the sounds beside the characters, chosen on our development questions
_SYNONYMS = tuple(
    (re.compile(called), word)
    for called, word in (
        ("痛", "疼"), ("发热", "发烧"), ("饮酒", "喝酒"), ("吸烟", "抽烟"), ("进食|用餐|进餐", "吃饭"),
        ("粪便|屎|便便", "大便"),
        ("排尿|解小便|撒尿|尿尿|小解", "小便"), ("屙", "拉"), ("脑壳|脑袋|脑瓜子?|头部", "头"), ("腹部|肚肚", "肚子"),
        ("胸部|胸脯|胸前", "胸口"), ("例假|大姨妈|姨妈", "月经"), ("瞧", "看"), ("大夫", "医生"), ("服用|口服", "吃"),
        ("啥|什莫", "什么"), ("难过|难熬", "难受"), ("宝宝|娃娃?|小孩子?|小朋友|宝贝", "孩子"), ("药物|药品", "药"),
        ("是否|是不是|会不会|有没有|有无", ""), ("认为|以为|感觉|感到", "觉得"), ("害怕|惧怕", "怕"),
        ("以往|既往|过去|从前|曾经|之前", "以前"),
        ("近期|近来|这阵子?|这段时间|近段时间", "最近"), ("平常|日常|平日", "平时"), ("疾病|毛病|病症", "病"),
        ("喉咙|咽喉|咽部", "嗓子"),
    )
)  # fmt: skip
_FAINT = 0.1  # what is less alike is not looked at
_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """An inverted index over whole questions, each of which belongs to an item."""

    owners: tuple[str, ...]  # item of each question
    postings: Mapping[
        str, tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", "np.ndarray[tuple[int], np.dtype[np.float64]]"]
    ]
    rarity: Mapping[str, float]
    unknown: float  # rarity of what no question holds

    def nearest(self, words: str) -> list[tuple[float, str]]:
        """Items with their likeness (0…1), the nearest first, the best question of each counting."""
        scores = np.zeros(len(self.owners))
        for gram, weight in self._vector(words).items():
            if gram in self.postings:
                where, weights = self.postings[gram]
                scores[where] += weight * weights
        best: dict[str, float] = {}
        likely = np.flatnonzero(scores > _FAINT)
        for at in likely[np.argsort(-scores[likely], kind="stable")[:12]]:
            best.setdefault(self.owners[at], float(scores[at]))
        return [(score, owner) for owner, score in best.items() if score > 0]

    def _vector(self, words: str) -> Vector:
        return _unit({gram: times * self.rarity.get(gram, self.unknown) for gram, times in grams(words).items()})


def index(questions: Iterable[tuple[str, str]]) -> Likeness:
    """Build the index of (item, question) pairs."""
    pairs = list(questions)
    counted = [grams(question) for _, question in pairs]
    frequency: dict[str, int] = {}
    for each in counted:
        for gram in each:
            frequency[gram] = frequency.get(gram, 0) + 1
    rarity = {gram: float(np.log((1 + len(pairs)) / (1 + times))) + 0.3 for gram, times in frequency.items()}
    lists: dict[str, list[tuple[int, float]]] = {}
    for at, each in enumerate(counted):
        for gram, weight in _unit({gram: times * rarity[gram] for gram, times in each.items()}).items():
            lists.setdefault(gram, []).append((at, weight))
    postings = {
        gram: (np.array([at for at, _ in found]), np.array([weight for _, weight in found]))
        for gram, found in lists.items()
    }
    return Likeness(tuple(item for item, _ in pairs), postings, rarity, float(np.log(1 + len(pairs))) * 0.7)


def grams(words: str) -> dict[str, float]:
    """Pieces of one to three characters and of one to three sounds, with their weights."""
    bare = _FILLERS.sub("", _folded(words))
    found: dict[str, float] = {}
    _count(found, "", bare, 1.0)
    _count(found, "~", sounds(bare), _BY_SOUND)
    return found


def _folded(words: str) -> str:
    """One word for what textbooks and people call by several."""
    for called, word in _SYNONYMS:
        words = called.sub(word, words)
    return words


def _count(found: dict[str, float], mark: str, units: Sequence[str], weight: float) -> None:
    for size, factor in ((1, 0.6), (2, 1.0), (3, 0.8)):
        for at in range(len(units) - size + 1):
            gram = mark + " ".join(units[at : at + size])
            found[gram] = found.get(gram, 0.0) + weight * factor


def sounds(words: str) -> list[str]:
    """The toneless syllables of each character, folded."""
    return [_fold(syllable) for char in words for syllable in (_sound(char),)]


@functools.lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    return lazy_pinyin(char)[0]


@functools.lru_cache(maxsize=2048)
def _fold(syllable: str) -> str:
    for one, other in _FOLDS:
        syllable = syllable.replace(one, other)
    return "l" + syllable[1:] if syllable.startswith("n") and len(syllable) > 1 else syllable


def _unit(weights: Mapping[str, float]) -> Vector:
    length = float(np.sqrt(sum(weight * weight for weight in weights.values())))
    return {gram: weight / length for gram, weight in weights.items()} if length else {}
