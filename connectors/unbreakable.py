"""What no part of a long text may cut in two: doses, numbers, addresses, titles, one visible character."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""Start and end of a stretch of a text, in characters."""

_GAP = r"[ \t\u3000]?"
_DIGIT = "0-9０-９"
_HAN_NUMBER = "零〇一二两三四五六七八九十百千万半几数"
_NUMERAL = rf"(?:[{_DIGIT}](?:[ .,:/\\~*+()×xX．：／，（）～〜–—-]?[{_DIGIT}])*|[{_HAN_NUMBER}]+)"
_TO = rf"{_GAP}(?:[-~～〜–—]|至|到){_GAP}"
_MOMENT = "(?:早上|早晨|上午|中午|下午|傍晚|晚上|夜里|睡前|空腹|[早中晚]?[饭餐][前后])"
_BEFORE = (
    rf"(?:(?:不得?超过|不[多少大小低高]于|不到|不足|最[多少]|至[多少]|超过|高于|低于|大于|小于|多于|少于|大?约|共|第"
    rf"|{_MOMENT}|[≤≥<>＜＞≈＝=±¥￥$+-]){_GAP})"
)
_UNIT = (
    r"(?:个?(?:国际)?单位|毫米汞柱|摄氏度|千卡|[毫微]摩尔|毫克|微克|纳克|毫升|微升|公斤|千克|厘米|毫米|毫安"
    r"|个?小时|个?钟头|分钟|秒钟?|个?半?月|个?星期|个?疗程|年|月|日|号楼?|时|点半?|分|刻|周|天|岁|度|餐"
    r"|克|升|斤|两|米|元|块钱?|楼|层|室|诊室|窗口|片|粒|颗|丸|枚|支|瓶|袋|包|盒|板|贴|滴|喷|揿|吸|勺|匙|杯|格"
    r"|个|次|倍|顿|位|项|条|种|名|例|[A-Za-zµμΩ%％‰℃°㎎㎏㎖㎜㎝Ⅰ-Ⅻ]{1,12}(?![A-Za-z0-9:@]|\.[A-Za-z]))半?"
)
_PER = rf"(?:{_GAP}[/／]{_GAP}(?:{_NUMERAL}{_GAP})?{_UNIT})"
_AMOUNT = rf"{_UNIT}{_PER}*(?:{_GAP}(?i:q[dn]|[btq]id|q\d{{1,2}}h|prn)(?![A-Za-z]))?"
_QUANTITY = rf"{_BEFORE}?{_NUMERAL}(?:{_TO}{_NUMERAL})*(?:{_GAP}{_AMOUNT}(?:{_TO}{_NUMERAL}{_GAP}{_AMOUNT})?)?"
_WEEKDAY = "(?:周|星期)?[一二三四五六日天]"
_EVERY = (
    rf"(?:每?(?:周|星期)[一二三四五六日天](?:[、，,和及]{_WEEKDAY})*|[早中晚](?:[、和]?[早中晚])*"
    rf"|(?:每隔?|隔|一){_GAP}(?:{_NUMERAL}{_GAP})?(?:个?小时|分钟|[次日天晚早餐周月年]|个月|星期))"
)
_DOSING = rf"{_BEFORE}?{_EVERY}{_MOMENT}?(?:各|口?服|吃|用)?{_GAP}(?:{_QUANTITY})?"
_TOKEN = rf"(?:{_DOSING}|{_QUANTITY})"
_STRICT = re.compile(rf"{_TOKEN}(?:{_GAP}[*×xX/／(（]{_GAP}{_TOKEN}|[，,、]{_GAP}{_DOSING})*")
"""0.25g*24片/盒, and 每次1片，每日3次."""
_LOOSE = re.compile(rf"{_TOKEN}(?: ?[*×xX/／(（]? ?{_TOKEN}|[，,、]{_GAP}{_DOSING})*")
"""The same, and 2026年11月21日 8:30; of a long row of numbers it makes one thing."""

_OTHERS = re.compile(
    r"https?://[!-~]+|www\.[!-~]+|《[^《》\n]{1,100}》"  # an address is ASCII alone: 。 ends it
    r"|(?<![A-Za-z0-9.+_-])[A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9.-]+"
)
_LONE_NUMBER_WORD = re.compile(rf"[{_HAN_NUMBER}]+")

_MARKS = frozenset({"Mn", "Mc", "Me"})
_JOINER = "\u200d"
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")
_SKIN = ("\U0001f3fb", "\U0001f3ff")
_TAGS = ("\U000e0020", "\U000e007f")
_NO_START = frozenset("，。！？；：、,.!?;:)）]】》」』”’…～%％℃·") | {"\u3000"}
_NO_END = frozenset("（([【《「『“‘¥￥$#")


class Unbreakable:
    """The stretches of one text that stay whole, merged and in order."""

    def __init__(self, text: str, others: Iterable[Span] = (), *, strict: bool = False) -> None:
        """`strict`: only what must never be cut; else also rows of numbers with a blank between them."""
        self._text = text
        doses = _STRICT if strict else _LOOSE
        found = [hit.span() for hit in doses.finditer(text) if not _LONE_NUMBER_WORD.fullmatch(hit[0])]
        found += [hit.span() for hit in _OTHERS.finditer(text)]
        merged = _merged([*found, *(span for span in others if span[0] < span[1])])
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def around(self, at: int) -> Span | None:
        """The stretch that a cut before character `at` would break."""
        number = bisect_right(self._starts, at - 1) - 1
        if number < 0 or self._ends[number] <= at:
            return None
        return self._starts[number], self._ends[number]

    def last_cut(self, at: int, furthest: int, *, neatly: bool = True) -> int | None:
        """The last place behind `at` where a part may end; None where there is none."""
        cut = furthest
        while cut > at:
            if broken := self.around(cut):
                cut = broken[0]
            elif is_character_end(self._text, cut) and (not neatly or self._is_neat(cut)):
                return cut
            else:
                cut -= 1
        return None

    def _is_neat(self, at: int) -> bool:
        """No word is cut, no line begins with a closing mark or ends with an opening one."""
        before, after = self._text[at - 1], self._text[at]
        in_word = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
        return not in_word and after not in _NO_START and before not in _NO_END


def is_character_end(text: str, at: int) -> bool:
    """Whether one visible character ends before `at`: no accent, joined emoji, flag or line end is cut."""
    before, after = text[at - 1], text[at]
    if before == _JOINER or after == _JOINER or _belongs_to_last(after):
        return False
    if before == "\r" and after == "\n":
        return False
    return not (_is_flag_letter(before) and _is_flag_letter(after) and _odd_flag_letters_before(text, at))


def spans_of(text: str, words: Sequence[str]) -> list[Span]:
    """Everywhere these words stand in a text."""
    return [hit.span() for word in words if word for hit in re.finditer(re.escape(word), text)]


def _belongs_to_last(char: str) -> bool:
    if char < "\u0300":
        return False
    return _SKIN[0] <= char <= _SKIN[1] or _TAGS[0] <= char <= _TAGS[1] or unicodedata.category(char) in _MARKS


def _is_flag_letter(char: str) -> bool:
    return _FLAG_LETTERS[0] <= char <= _FLAG_LETTERS[1]


def _odd_flag_letters_before(text: str, at: int) -> bool:
    start = at
    while start and _is_flag_letter(text[start - 1]):
        start -= 1
    return (at - start) % 2 == 1


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping stretches become one; those that only touch stay two."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
