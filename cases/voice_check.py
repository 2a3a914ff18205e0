"""Whether a model's line says what the scripted sentence says: nothing more, nothing less, nothing turned round."""

import functools
import re
from collections.abc import Sequence

from cases.catalogue import catalogue
from cases.lexicon import lexicon

_STRETCH = 2  # a line may be so many times as long as the longest wording
_ROOM = 12  # characters besides
_SHARED = 0.34  # of a wording's character pairs that must come back
_NOT = re.compile(r"没|不|无|未|别|甭")
_NOT_MEANT = re.compile(
    r"不舒服|不得劲|不得了|受不了|不行了|忍不住|差不多|不住|不停|说不上|不瞒您说|不好意思|不好|要不|了不得|不少|没几|不怎么"
)
_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零〇一二两俩三仨四五六七八九十百千万半]+")
_IDLE = re.compile(
    r"一(?:下|点|些|样|直|会儿?|块|般|定|起|边|个劲|阵|股|时)|有一|第一|万一|百般|十分|千万|半天|两口子|三天两头|七上八下"
)
_OUT_OF_ROLE = re.compile(
    r"(?:作为|我是)(?:一[名位个])?(?:ai|人工智能|模型|助手|医生|大夫)|诊断|考虑为|建议您|鉴别|病历|设定|角色|提示词|患者",
    re.IGNORECASE,
)


def faithful(line: str, wordings: Sequence[str], question: str, forbidden: Sequence[str]) -> bool:
    """Whether `line` can stand for the wordings of one fact, as an answer to `question`."""
    return (
        len(line) <= _STRETCH * max(map(len, wordings)) + _ROOM
        and not any(word.lower() in line.lower() for word in forbidden)
        and not _OUT_OF_ROLE.search(line)
        and not lexicon()["out_of_role"].search(line.lower())
        and _numbers_kept(line, wordings)
        and _polarity_kept(line, wordings)
        and _symptoms(line) <= _symptoms(question + "".join(wordings))
        and any(_share(wording, line) >= _SHARED for wording in wordings)
    )


def _numbers_kept(line: str, wordings: Sequence[str]) -> bool:
    """No number that no wording has; none missing that all wordings have."""
    said, known = numbers(line), [numbers(each) for each in wordings]
    return said <= set().union(*known) and set.intersection(*known) <= said


def numbers(text: str) -> set[str]:
    """The numbers in a text, 两百三 and 230 alike; idle ones (一下, 一点) left out."""
    return {_value(each) for each in _NUMBER.findall(_IDLE.sub("", text))}


def _value(written: str) -> str:
    if written[0].isdigit():
        return written
    if written == "半":
        return "半"
    total = section = 0
    last_unit = 1
    for char in written.replace("半", ""):
        if char in _UNITS:
            last_unit = _UNITS[char]
            total, section = total + (section or 1) * last_unit, 0
        else:
            section = section * 10 + _DIGITS[char] if last_unit == 1 else _DIGITS[char]
    shortened = last_unit >= 100 and section and not written.endswith("半") and "零" not in written
    return str(total + section * (last_unit // 10 if shortened else 1)) + ("半" if "半" in written else "")


def _polarity_kept(line: str, wordings: Sequence[str]) -> bool:
    """A denial stays one, and so does what is so; where wordings differ, nothing can be told."""
    denied = {_denies(each) for each in wordings}
    return len(denied) > 1 or _denies(line) in denied


def _denies(text: str) -> bool:
    return _NOT.search(_NOT_MEANT.sub("", text)) is not None


@functools.cache
def _symptom_words() -> re.Pattern[str]:
    labels = {part for item in catalogue().items.values() for part in re.split(r"[与和及、等（）]", item.label)}
    words = {word for word in labels if len(word) >= 2} | set(catalogue().symptoms)
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _symptoms(text: str) -> set[str]:
    return set(_symptom_words().findall(text))


def _share(wording: str, line: str) -> float:
    pairs = _pairs(wording)
    return len(pairs & _pairs(line)) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[\W_]", "", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}
