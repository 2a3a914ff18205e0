"""Texts as claims: words in one spelling, and the items (between commas, between 、) they stand in. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bot.claim_items import Item, read_item
from bot.claim_words import FILLERS, NEGATIVE, PEOPLE, SAME, WHOLE
from bot.quantities import chinese_number

_KEPT = 512
"""Texts whose claims are kept."""
_SPELLED = {other: one for one, others in SAME.items() for other in (one, *others.split())}
_DIGITS = "零〇一二两三四五六七八九十百千半\\d"
_MEASURE = (
    "毫克|微克|毫升|公斤|千克|国际单位|毫米汞柱|毫摩尔|微摩尔|摄氏度|个星期|星期|个小时|小时|个钟头|钟头|分钟|个月|月|周|天|日|年|岁|秒|"
    "毫米|厘米|米|度|℃|%|成|次|片|粒|颗|支|袋|包|滴|喷|倍|杯|勺|遍|针|剂|种药|块|项|克|升|口|顿|餐|m|g|k|u|/"
)
_NUMBER = rf"\d+(?:\.\d+)?(?:/\d+)?(?:[-~到至—–]\d+(?:\.\d+)?)?|[{_DIGITS}]+(?=(?:{_MEASURE}))"
_WORDS = sorted({*_SPELLED, *WHOLE, *FILLERS, *PEOPLE, *NEGATIVE}, key=len, reverse=True)
_EVERY_DAY = re.compile(
    r"(?<![前后头第隔当这那同有满])[一1](?:天|日)(?![比天到之])(?=.{0,4}(?:次|片|粒|毫克|喂|尿|吃|多|两|三|\d))|(?<=次)/[天日]"
)
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<word>{'|'.join(map(re.escape, _WORDS))})|(?P<latin>[a-zα-ω]+\d*)"
    r"|(?P<mark>[,:()、])|(?P<one>\w)"
)
_SENTENCE = re.compile(r"[。;!?\n]+")
_HARMLESS = re.compile(r"\(([^()]*)\)")
_BINDING = re.compile(
    r"不|没|无|先|问|由|听|除|只|仅|别|要|须|以上|以下|以前|以后|时|后|前|人|孕|孩子|宝宝|婴儿|新生儿|老人|慎|忌|最|还|也|或|和|\d"
)
_ASKS = re.compile(r"怎么|怎样|如何|什么|要不要|能不能|该不该|要|的日常|的|该|不同|时|前后|几|是|有|长期|能|和平常")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence in comparable words."""

    number: int  # of the sentence in its passage; its readings share it
    words: tuple[str, ...]
    item: tuple[int, ...]  # of each word, the item it stands in
    part: tuple[int, ...]  # of each word, the part (between 、) it stands in
    bracket: tuple[bool, ...]  # of each word, whether it stands in brackets that restrict
    items: tuple[Item, ...]
    at: dict[str, list[int]] = field(default_factory=dict)  # a word → where it stands


@dataclass(frozen=True, slots=True)
class Source:
    """A passage: what it is about, and its claims."""

    topic: tuple[str, ...]  # words of a title with one matter; empty when it has several
    claims: tuple[Claim, ...]


@lru_cache(_KEPT)
def read_source(text: str) -> Source:
    """Read `title。text`."""
    title, _, body = fold(text).partition("。")
    sentences = enumerate(_SENTENCE.split(body or title))
    claims = [read_claim(each, number) for number, sentence in sentences for each in _readings(sentence)]
    return Source(_topic(title), tuple(one for one in claims if one.words))


def read_claim(sentence: str, number: int = 0) -> Claim:
    """Read one folded sentence."""
    words, item, part, bracket, raw, heads = [], [], [], [], [""], set[int]()
    parts, inside = 0, False
    for match in _TOKEN.finditer(_EVERY_DAY.sub("每天", sentence)):
        kind, text = match.lastgroup, match[0]
        if kind == "mark":
            parts += 1
            inside = text == "(" or (inside and text != ")")
            if text in ",:" and raw[-1] and not inside:
                heads |= {len(raw) - 1} if text == ":" else set()
                raw.append("")
            continue
        raw[-1] += "" if inside else text
        word = _number(text) if kind == "number" else _SPELLED.get(text, text)
        if word not in FILLERS:
            words.append(word)
            item.append(len(raw) - 1)
            part.append(parts)
            bracket.append(inside)
    at: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        at.setdefault(word, []).append(place)
    items = tuple(read_item(each, spelled(each), first=n == 0, head=n in heads) for n, each in enumerate(raw))
    return Claim(number, tuple(words), tuple(item), tuple(part), tuple(bracket), items, at)


def spelled(text: str) -> list[str]:
    """Its words in one spelling, those without weight as well."""
    return [_SPELLED.get(hit[0], hit[0]) for hit in _TOKEN.finditer(text)]


def fold(text: str) -> str:
    """Half width, lower case, no blanks and quotation marks."""
    return re.sub(r"[\s“”‘’\"'《》「」*#]+", "", unicodedata.normalize("NFKC", text).lower())


def _readings(sentence: str) -> Iterator[str]:
    """As it stands; and without brackets that only explain."""
    yield sentence
    plain = _HARMLESS.sub(lambda hit: hit[0] if _BINDING.search(hit[1]) else "", sentence)
    if plain != sentence:
        yield plain


def _topic(title: str) -> tuple[str, ...]:
    """The words a title is about; none when it names several matters."""
    head = _ASKS.split(re.sub(r"\(.*?\)", "", title).split(":")[0])[0]
    words = read_claim(head).words
    several = re.search(r"[、,和与或]|还是", head)
    return () if several or NEGATIVE & set(words) else words


def _number(text: str) -> str:
    """One spelling for a number: 二十五 and 25, 7-10 and 7到10; 两三 stays as it is."""
    if text[0].isdigit():
        return re.sub(r"[-~至—–]", "到", text)
    if text == "半":
        return "半"
    if "半" in text or re.search(r"[一二两三四五六七八九]{2}|几", text):
        return text
    try:
        return str(chinese_number(text))
    except KeyError:  # figures of both kinds
        return text
