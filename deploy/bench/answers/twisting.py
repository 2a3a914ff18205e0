"""True sentences twisted by machine: a false number, unit, drug, person, negation, a condition left out, halves glued.

Each twist returns a sentence its passage does not say, or None where the sentence offers nothing to twist.
The tables are written apart from the guard's own, so that a gap there is not a gap here as well.
"""

import random
import re
from collections.abc import Callable, Sequence

from knowledge.drug_names import DrugBook

Twist = Callable[[str, str, random.Random], str | None]
"""(sentence, the passage's whole text, chance) → a false sentence."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNITS = ("分钟", "小时", "天", "周", "个月", "年", "毫克", "克", "毫升", "升", "次", "片", "岁", "厘米", "℃")
_UNIT = re.compile(rf"(?<=\d)(?:{'|'.join(_UNITS)})")
_OPPOSITE = tuple(
    (pair.split("/")[0], pair.split("/")[1])
    for pair in (
        *("多/少", "高/低", "早/晚", "饭前/饭后", "增加/减少", "升高/降低", "热/冷", "左/右", "上方/下方", "以上/以下"),
        *("超过/不到", "阳性/阴性", "急性/慢性", "良性/恶性", "细菌/病毒", "轻/重", "快/慢", "先/后", "白天/夜里"),
        *("加重/减轻", "男/女", "大/小", "长/短", "吸/呼", "前/后", "每天/每周", "马上/过几天", "可能/一定"),
        *("一般/必须", "可以/不能"),
    )
)
_PEOPLE = ("孩子", "老人", "孕妇", "成人", "宝宝", "新生儿", "女性", "男性", "哺乳期的妈妈", "糖尿病人")
_DENIES = re.compile(
    r"不要|不能|不可以|不会|不宜|不必|不用|别(?![的人])|(?<![要能是会有有不])不(?![同足良断适安舒])(?=[\u4e00-\u9fff])|(?<!有)没有"
)
_DENIABLE = re.compile(r"可以|(?<!不)(?<!需)要(?!不)|(?<!不)会(?!不)|(?<![不可功])能(?![力量不])|应(?!激|急)")
_HEDGE = re.compile(r"可能|一般|多数|大多数?|多半|(?<![没所])有的|通常|往往|少数|部分|常常|有时")
_CONDITION = re.compile(r"(?:时|后|前|的人|者|以上|以下|期间|的)$|^(?:如果|若|要是)|超过|低于|高于|不到")
_ADVICE = re.compile(r"^(?:要|应|可|不要|不能|不|先|马上|立即|尽快|看|去|由|问|打120|当天|别)")
_BEFOREHAND = re.compile(r"在?(?:医生|药师)(?:或药师)?指导下|按医嘱|遵医嘱|按说明书?的?量?|由医生")


def twists(drugs: DrugBook) -> dict[str, Twist]:
    """All twists of one sentence by name."""
    names = sorted({drug.name for drug in drugs})
    return {
        "number": _number,
        "numbers exchanged": _numbers_exchanged,
        "unit": _unit,
        "drug": lambda said, text, chance: _drug(said, text, chance, drugs, names),
        "denied no more": _denied_no_more,
        "denied": _denied,
        "opposite": _opposite,
        "person": _person,
        "hedge left out": lambda said, text, chance: _without(_HEDGE, said),
        "restriction left out": _restriction,
        "parts exchanged": _parts_exchanged,
    }


def _number(said: str, text: str, chance: random.Random) -> str | None:
    hits = [hit for hit in _NUMBER.finditer(said) if hit[0] not in ("120", "110", "12356")]
    if not hits:
        return None
    hit = chance.choice(hits)
    other = next(str(n) for n in chance.sample(range(2, 99), 60) if str(n) not in text)
    return said[: hit.start()] + other + said[hit.end() :]


def _numbers_exchanged(said: str, text: str, chance: random.Random) -> str | None:
    hits = [hit for hit in _NUMBER.finditer(said) if hit[0] not in ("120", "110", "12356")]
    pairs = [(one, two) for one in hits for two in hits if one.start() < two.start() and one[0] != two[0]]
    if not pairs:
        return None
    one, two = chance.choice(pairs)
    return said[: one.start()] + two[0] + said[one.end() : two.start()] + one[0] + said[two.end() :]


def _unit(said: str, text: str, chance: random.Random) -> str | None:
    hits = list(_UNIT.finditer(said))
    if not hits:
        return None
    hit = chance.choice(hits)
    return said[: hit.start()] + chance.choice([unit for unit in _UNITS if unit != hit[0]]) + said[hit.end() :]


def _drug(said: str, text: str, chance: random.Random, drugs: DrugBook, names: Sequence[str]) -> str | None:
    held = [drug.name for drug in drugs.mentioned(said) if drug.name in said]
    return said.replace(chance.choice(held), chance.choice([n for n in names if n not in text])) if held else None


def _denied_no_more(said: str, text: str, chance: random.Random) -> str | None:
    hits = list(_DENIES.finditer(said))
    if not hits:
        return None
    hit = chance.choice(hits)
    stead = {"不能": "能", "不可以": "可以", "不会": "会", "不宜": "宜", "不用": "要", "不必": "要", "没有": "有"}
    return said[: hit.start()] + stead.get(hit[0], "") + said[hit.end() :]


def _denied(said: str, text: str, chance: random.Random) -> str | None:
    hits = list(_DENIABLE.finditer(said))
    if not hits:
        return None
    at = chance.choice(hits).start()
    return f"{said[:at]}不{said[at:]}"


def _opposite(said: str, text: str, chance: random.Random) -> str | None:
    fitting = [(a, b) for pair in _OPPOSITE for a, b in (pair, pair[::-1]) if a in said]
    if not fitting:
        return None
    a, b = chance.choice(fitting)
    return said.replace(a, b, 1)


def _person(said: str, text: str, chance: random.Random) -> str | None:
    held = [one for one in _PEOPLE if one in said]
    if not held:
        return None
    return said.replace(chance.choice(held), chance.choice([one for one in _PEOPLE if one not in text] or ["外国人"]))


def _without(pattern: re.Pattern[str], said: str) -> str | None:
    hit = pattern.search(said)
    return said[: hit.start()] + said[hit.end() :] if hit else None


def _restriction(said: str, text: str, chance: random.Random) -> str | None:
    """The advice without the condition before it, or without whose word it needs."""
    pieces = said.split("，")
    for at, piece in enumerate(pieces[:-1]):
        if _CONDITION.search(piece) and _ADVICE.search(pieces[at + 1]) and not any(map(_ADVICE.search, pieces[:at])):
            return "，".join(pieces[at + 1 :])
    return _without(_BEFOREHAND, said)


def _parts_exchanged(said: str, text: str, chance: random.Random) -> str | None:
    """A and B of `…A…，…B…` change places: what was said of one is said of the other."""
    pieces = said.rstrip("。；").split("，")
    heads = [piece[:2] for piece in pieces]
    if (
        len(pieces) < 2
        or len(set(heads)) < 2
        or any(head[0] in "它也这那不一多有" for head in heads[:2])
        or any(len(piece) < 5 for piece in pieces[:2])
    ):
        return None
    return "，".join([heads[1] + pieces[0][2:], heads[0] + pieces[1][2:], *pieces[2:]]) + "。"


def glued(one: str, two: str) -> str | None:
    """The first half of one sentence with the second half of another; None where the first ends so itself."""
    first, second = one.rstrip("。；").split("，"), two.rstrip("。；").split("，")
    if len(first) < 2 or len(second) < 2:
        return None
    end = second[len(second) // 2 + len(second) % 2 :]
    if all(piece[-3:] in one for piece in end):
        return None
    return "，".join([*first[: len(first) // 2], *end]) + "。"
