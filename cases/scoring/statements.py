"""Whether a text says something: by any of several words, in any writing, and not as a thing denied."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

from cases import words
from cases.model import Keyword

LONGEST: Final = 5_000
"""Characters of one text that are read; nobody needs more to conclude."""
QUOTE: Final = 120
"""Characters of a quoted sentence."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_CLAUSE = re.compile(r"[，,：:]|但是?|而是|而应|改为|改用|转为")
_NOT = re.compile(
    r"(?P<open>不能?(?:完全)?(?:排除|除外))"
    r"|(?<![能要是用])不(?:需要?|必|用|宜|应该?|能|要|予|做|给|行|建议|考虑|支持|符合?|像|是|伴|可)|不$"
    r"|无(?:需|须)|(?:暂|先)不|暂缓|(?<!有)没有?|(?<!有)无(?!创|菌|痛|症状|水|糖|渣|盐)|未(?!来|婚|成)"
    r"|否认|排除|除外|避免|禁[用止忌]|停[用服止]|(?<!禁)忌|非$|并非|拒绝|勿|(?<![分鉴特性级区差个])别"
)
_UP_TO_HERE = re.compile(r"伴|后|仍|因|故|时|则|可以|应|且|(?<!立)即(?!刻)|并(?!发)")
"""Between a negation and a word: the negation was about something else (无禁忌即溶栓)."""
_FARTHEST: Final = 6
"""Characters that a negation reaches over: 不需要长期抗凝."""
_DOES = re.compile(r"行|予|给|做|查|用|测|完善|请|转|启动|急诊|立即|尽快|吸|心电|监护")
"""After a comma of a list a new deed begins: 排除夹层、行急诊PCI."""
_DENIED_AFTER = re.compile(
    r"(?:已|可|可以|基本|暂|均|被)*(?:(?<!不)排除|(?<!不)除外|不考虑|不支持|可能性(?:较?小|不大|低)|待排|不需要?|无需|不用|不宜|暂不|暂缓)"
)
_TOPIC: Final = 2
_LEAVING_OUT = re.compile(r"避免|不|禁|停|勿|忌|无|没|排除|暂缓|未|除外|否认|慎")


@functools.lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """The text as it is compared: one script, width and case, no spaces and hyphens, one writing of the same thing."""
    bare = re.sub(r"[\s\-‐–—]+", "", words.plain(text))
    digits = _NUMERAL.sub(lambda numeral: str(_NUMERALS.index(numeral.group()) + 1), bare.replace("两", "二"))
    pattern, writings = _synonyms()
    return pattern.sub(lambda other: writings[other.group()], digits)


_NUMERALS: Final = "一二三四五六七八九"
_NUMERAL = re.compile(
    rf"(?<![{_NUMERALS}十百千点])[{_NUMERALS}](?=个?(?:小时|钟头|月|疗程)|[天周年岁次片粒支级度联]|分钟|毫克|毫升)"
)


@functools.cache
def _synonyms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern of all writings, longest first, and what each becomes; 肝功能 stays, 肝功 becomes it."""
    raw = yaml.safe_load(Path(__file__).with_name("synonyms.yml").read_text("utf-8"))
    writings = {other: one for one, others in raw.items() for other in (one, *others)}
    longest_first = sorted(writings, key=lambda other: (-len(other), other))
    return re.compile("|".join(map(re.escape, longest_first))), writings


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, in order, as they were written; its first LONGEST characters."""
    for hit in _SENTENCE.finditer(text[:LONGEST]):
        if sentence := hit.group().strip():
            yield sentence


def shown(keyword: Keyword, text: str, *, reported: bool = False) -> str | None:
    """The sentence in which a text makes the point, cut at QUOTE; None when it does not.

    A point about leaving something out (避免剧烈运动) is made by any of its words; any other only where it is not
    denied: 不需要抗凝 is no plan to give anticoagulants. `reported`: the text hands over what was found, and there a
    word of two characters names a topic, which 无药物过敏 reports as well.
    """
    leaving_out = _LEAVING_OUT.search(keyword.label) is not None
    for sentence in sentences(text):
        for word in keyword.any:
            either_way = leaving_out or (reported and len(word) <= _TOPIC)
            if _occurs(word, sentence) if either_way else _stated(word, sentence):
                return sentence[:QUOTE]
    return None


def named(words: Iterable[str], text: str) -> str | None:
    """The first of the words that a text names, affirmed or ruled out."""
    return next((word for word in words if _occurs(word, text[:LONGEST])), None)


def _occurs(word: str, text: str) -> bool:
    return any(True for _ in _places(plain(word), plain(text)))


def _stated(word: str, sentence: str) -> bool:
    sought = plain(word)
    clauses = _CLAUSE.split(plain(sentence))
    if any(_places(sought, clause, denied=False) for clause in clauses):
        return True
    # A word that is itself cut by a comma or a contrast can't be denied in any clause.
    return _occurs(word, sentence) and not any(sought in clause for clause in clauses)


def _places(word: str, text: str, denied: bool = True) -> list[int]:
    """Where a word stands in a text, both plain. `denied`: also where it is denied."""
    hits = _pattern(word).finditer(text) if word else ()
    return [hit.start() for hit in hits if denied or not _denied(text, hit.start(), hit.end())]


@functools.lru_cache(maxsize=4_096)
def _pattern(word: str) -> re.Pattern[str]:
    """STEMI does not stand in NSTEMI, nor 89 in 189 or 8.9 in 8.95."""
    before = r"(?<![a-z])" if re.match("[a-z]", word) else r"(?<![\d.])" if word[0].isdecimal() else ""
    after = r"(?!\.?\d)" if word[-1].isdecimal() else ""
    return re.compile(before + re.escape(word) + after)


def _denied(clause: str, start: int, end: int) -> bool:
    if _DENIED_AFTER.match(clause, end):
        return True
    before = clause[:start]
    negations = list(_NOT.finditer(before))
    if not negations or negations[-1]["open"]:  # 不能排除夹层 leaves it open
        return False
    return _reaches(before[negations[-1].end() :])


def _reaches(between: str) -> bool:
    """Whether a negation still holds after these words: 无发热、咳嗽、胸痛."""
    first, *more = between.split("、")
    if _UP_TO_HERE.search(between) or any(len(each) > _FARTHEST for each in (first, *more)):
        return False
    return not any(_DOES.match(each) for each in more)
