"""One text for each drug: split at semicolons, numbered items and lines, and at drugs' names.

Names come from a finder, where there is one; else a part's leading letters up to its first amount or time word are
taken for its name. A part without a name goes on about the drug before it (…；饭后服).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schedules.amounts import NAMES_LIKE_AMOUNTS, UNIT
from schedules.numbers import CHINESE, NUMBER
from schedules.reading import REMARK

Names = Callable[[str], Sequence[tuple[str, int, int]]]
"""Known drugs in a text: name, start and end of the words as written, in order."""

_BREAK: Final = re.compile(r"[;\n\r\t]|。(?!$)|[①-⑳]|(?:^|(?<=[\s,。;:]))(?:[0-9]{1,2}[.、)](?![0-9])|\([0-9]{1,2}\))")
_GOES_ON: Final = re.compile(r"[ ,]*(?:然后|同时|之后|以后|随后|接着|再|此后|其中)")
_VERB: Final = re.compile(
    r"[ ,:•·*\-]*(?:(?:请|医生|医嘱|处方|建议|予|给予|继续|开始|按时|加用|口服(?!液)|服用|外用|吃|用|sig|rp)[:, ]*)*"
)
_START_OF_WORDS: Final = (
    rf"(?:(?<![a-z0-9.]){NAMES_LIKE_AMOUNTS}(?:[0-9]|[{CHINESE}半]{{1,4}})[0-9.]{{0,9}}(?:万)? ?"
    rf"(?:{UNIT}|[-~/天日次周点]|:(?=[0-9])|个?(?:小时|月))"
    r"|从|自(?=[0-9明今下])|[到至](?=[0-9])|共(?=[0-9一二两])|[总一]共|连[服用续吃]|疗程|[用服吃]满|[明今][天日晚早]|下周|饭|两次"
    r"|每|隔[日天周]|早|晚上|中午|午后|下午|上午|睡前|临睡|晨|空腹|[饭餐][前后时中]|随餐|与餐|三餐|首[次剂日]|第[0-9一二三四五六]"
    r"|先(?=[0-9一二两三四五六七每])|前[0-9一二两三四五六七][天周]|[单双][日号]|周[一二三四五六日天]|工作日|必要时|需要时|按需"
    r"|发[热烧]|体温|头?[疼痛](?:的?时|了)|咳嗽|失眠|间隔|分(?=[0-9早二两三四]|成)|[日天]服|连服|规格|口服(?!液|溶液|混悬|补液)|外用|含服|滴眼(?!液|剂)|皮下|肌注|静滴|顿服|sig"
    r"|(?<![a-z])(?:q[dnmw](?![a-z])|q[0-9o]|[bt]\.?i\.?[dw](?![a-z])|qid|po(?![a-z])|prn|hs(?![a-z])|ac(?![a-z])|pc(?![a-z])))"
)
_NAME: Final = re.compile(
    rf"(?!{_START_OF_WORDS})((?:[a-z0-9一-鿿α-ω\-]|\([^()0-9]{{1,12}}\)){{2,40}}?)(?=[ ,:;。(]|$|{_START_OF_WORDS})"
)
_NO_NAME: Final = re.compile(
    r"^[0-9()号-]+$|^(?:减|加[到至量用服]|增[加至]|改[为成]|换[成用为]|停|再(?!造)|先(?!锋)|后[改来]|若|如[果无有]|当(?!归)|则|且|但|并)"
    r"|时$|^[与和同跟及服吃用最不疼各该此这那另还也均]|^如下|现在|目前|原来|几乎|最近|大便|小便|上次|药方|宝宝|孩子|治疗|方案|诊断|就诊|检查|或者|以前|之前|感觉|觉得|总是|持续"
    r"|^(?:至[少多]|可[以每服]|应|须|大?约|一般|通常|尽量|用法|用量|剂量|备注)|^成人|^儿童|^[一二两三四]?[早晚]|^中午|^[一二]中|温水|开水|送服|冲服|嚼|吞|整[片粒]|注意|避免|忌|多喝|多饮|喝水|饮水|医嘱|说明书|停药|直到|副作用|不适|血压|血糖"
    r"|每|次$|天$|小时|分钟|提醒|记得|我|您|你|患者|加量|减量|维持|改|间隔|以上|服用?$|吃$|不[要能可得宜]"
)
_SAYS: Final = re.compile(rf"{NUMBER} ?(?:{UNIT}|次|天|日|个?小时|点|号|周)|{_START_OF_WORDS}")
_SHARED: Final = re.compile(rf"[ ,:]*((?:{NUMBER}(?:万)? ?{UNIT})?)[ ,]*(?:和|、|及|与|以及|\+|,)?[ ,]*")
_LEADING_AMOUNT: Final = re.compile(rf"[ ,:]*{NUMBER}(?:万)? ?{UNIT}")
_SAME_DRUG: Final = re.compile(r"[ (/]*|[ ,]*(?:即|又名|商品名|通用名)[: ]*")
_FORM: Final = re.compile(
    r"(?:缓释|控释|肠溶|分散|泡腾|咀嚼|薄膜衣|软)?"
    r"(?:片|胶囊|颗粒|口服液|口服溶液|混悬液|滴眼液|滴剂|糖浆|注射液|软膏|乳膏|喷雾剂|气雾剂|粉吸入剂|丸|散|栓)?\)?"
)
_CLAUSE: Final = re.compile(r",|(?<=[片粒颗丸袋支克升gl])(?:和|、|及|与|\+)(?=[a-z一-鿿])")
_GLUE: Final = re.compile(
    rf"(?<=[0-9]) +(?=[一-鿿])|(?<=[每服用吃共减加各第到从为至隔]) +|(?<=次) +(?={NUMBER} ?{UNIT})"
)
"""Spaces within a phrase: 每次 1片, 连服 7 天; those between phrases stay."""


@dataclass(frozen=True, slots=True)
class DrugPart:
    """What is said of one drug: its name as said (None when there is none), and the rest in plain spelling."""

    name: str | None
    words: str
    remark: str | None = None
    """A part of its own without time or amount: 多喝水."""
    sure: bool = True
    """Whether it was cut at a known name or a strong break; at a comma its name is a guess."""


def drug_parts(said: str, known: Sequence[tuple[str, int, int]]) -> list[DrugPart]:
    """The parts of a plain text, in order; `known` are the places of known names in it."""
    remarks = [match.span() for match in REMARK.finditer(said)]
    known = [one for one in known if not any(start <= one[1] < end for start, end in remarks)]
    parts = _at_names(said, known) if known else map(_unnamed, _broken(said))
    found: list[DrugPart] = []
    for part in parts:
        for one in _pieces(part):
            _add(found, one)
    if len(found) > 1 and found[0].name is None and not found[0].words:
        lead, second, *others = found  # words before the first drug: 处方如下
        found = [replace(second, remark="，".join(filter(None, (lead.remark, second.remark)))), *others]
    return [replace(part, words=_GLUE.sub("", part.words)) for part in _with_shared_words(found)]


def _unnamed(words: str) -> DrugPart:
    return DrugPart(None, words)


def _at_names(said: str, known: Sequence[tuple[str, int, int]]) -> Iterator[DrugPart]:
    """The text cut before the clause of each known name; the other name of a drug (布洛芬(芬必得)) cuts nothing."""
    names = list(_distinct(said, known))
    cuts = [_cut(said, before[2] if before else 0, one) for before, one in zip([None, *names], names, strict=False)]
    yield from map(_unnamed, _broken(said[: cuts[0]]))
    for (name, start, end), cut, after in zip(names, cuts, [*cuts[1:], len(said)], strict=True):
        form = _FORM.match(said, end)
        yield DrugPart(name, f"{said[cut:start]},{said[form.end() if form else end : after]}")


def _distinct(said: str, known: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    last: tuple[str, int, int] | None = None
    for one in known:
        if last is None or not (one[0] == last[0] or _SAME_DRUG.fullmatch(said[last[2] : one[1]])):
            yield one
        last = one


def _cut(said: str, before: int, name: tuple[str, int, int]) -> int:
    """Where the words of a name begin: at its clause, or at the name where two share a clause."""
    clause = before
    for match in _BREAK.finditer(said, before, name[1]):
        clause = match.end()
    if before == 0 or clause > before:
        return clause
    comma = said.rfind(",", before, name[1]) + 1
    return comma or name[1]


def _broken(said: str) -> Iterator[str]:
    yield from (words for words in _BREAK.split(said) if words.strip(" ,。"))


def _pieces(part: DrugPart) -> Iterator[DrugPart]:
    """Parts within a part: after a semicolon, or a comma, a drug may follow that the finder does not know."""
    first, *others = list(_broken(part.words)) or [part.words]
    if part.name is not None:
        yield replace(part, words=first)
    else:
        others = [first, *others]
    for words in others:
        yield from _clauses(words)


def _clauses(words: str) -> Iterator[DrugPart]:
    """A part cut again at each clause that begins with a name and says something of it."""
    if not _SAYS.search(words):
        name, rest = _leading_name(words)
        yield DrugPart(name, rest) if name else DrugPart(None, "", remark=words.strip(" ,。"))
        return
    gathered = DrugPart(None, "")
    for clause in _CLAUSE.split(words):
        name, rest = (None, clause) if _GOES_ON.match(clause) else _leading_name(clause)
        if name is not None and (_SAYS.search(rest) or not (gathered.words or gathered.name)):
            begun = gathered
            if begun.words or begun.name:
                yield begun
            gathered = DrugPart(name, rest, sure=not (begun.words or begun.name))
        else:
            gathered = replace(gathered, words=f"{gathered.words},{clause}")
    yield gathered


def _leading_name(words: str) -> tuple[str | None, str]:
    """The name that words begin with, and the rest."""
    verb = _VERB.match(words)
    match = _NAME.match(words, verb.end() if verb else 0)
    if match is None or _NO_NAME.search(match[1]):
        return None, words
    return match[1], f",{words[match.end() :]}"


def _add(found: list[DrugPart], part: DrugPart) -> None:
    """A part without a name is more about the drug before it."""
    if part.name is not None or not found:
        found.append(part)
        return
    last = found[-1]
    remark = "，".join(one for one in (last.remark, part.remark) if one)
    words = f"{last.words},{part.words}" if part.words else last.words
    found[-1] = replace(last, words=words, remark=remark or None)


def _with_shared_words(parts: Sequence[DrugPart]) -> list[DrugPart]:
    """缬沙坦80mg、氨氯地平5mg，每天早上各一次: a name with an amount alone is taken as the next one."""
    out: list[DrugPart] = []
    for part in reversed(parts):
        alone = _SHARED.fullmatch(part.words)
        if alone and alone[1] and out and part.name is not None:
            part = replace(part, words=f",{alone[1]},{_LEADING_AMOUNT.sub('', out[0].words, count=1)}")
        out.insert(0, part)
    return out
