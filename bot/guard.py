"""The guard behind every responder: no unsupported medical sentence leaves, no inner word of the machine.

Pure. `check_sentence` holds one sentence against the passages it cites; `guard_reply` looks at the words of
every other responder.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.quantities import quantities, units_of


class Reason(StrEnum):
    """Why a sentence may not leave."""

    NUMBER = "number_not_in_passages"
    DRUG = "drug_not_in_passages"
    PERMISSION = "permission_not_in_passages"
    PRESCRIBES = "prescribes"
    DIAGNOSES = "diagnoses"
    PROMISES = "promises_cure"
    IMPERSONATES = "speaks_as_doctor"
    EMPTY = "empty"
    CONTROL = "control_characters"
    INNER_WORD = "inner_word"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may leave, and every reason against it."""

    ok: bool
    reasons: tuple[Reason, ...] = ()


_NEVER = {
    Reason.PRESCRIBES: (
        r"(?:我|本人|这边)(?:给|为|替|帮)(?:您|你)(?:开|加|换|停|减|调)(?:些|点|一|个|成|了|药|到|为|片|量)",
        r"(?:给|为)(?:您|你)(?:开具?|出具)(?:的)?(?:处方|药方|方子)",
        r"(?:建议|要求|让|请)(?:您|你)?(?:立即|马上|先|自行|可以)?(?:把|将)?[^，。]{0,8}(?:加量|减量|停药|停用|加到|减到|翻倍)",
        r"(?:建议|要求|让)(?:您|你)(?:把|将)?[^，。]{0,8}(?:换成|改成|改为|改用)",
        r"处方如下|您的处方",
    ),
    Reason.DIAGNOSES: (
        r"确诊(?:为|是|了)|诊断为(?!.{0,8}的(?:人|患者|病人))",
        r"(?:您|你)(?:得|患)(?:了|上了|的就?是|的肯定)",
        r"(?:您|你)这?(?:就是|肯定是|一定是|明显是|无疑是)[^，。]{0,12}(?:病|症|炎|癌|瘤|梗|塞|出血|感染|中毒)",
    ),
    Reason.PROMISES: (
        r"(?:保证|包|一定能|肯定能|必定|绝对能|百分之百|100\s*%)[^，。]{0,6}(?:治好|治愈|痊愈|见效|有效|根治|康复|没事)",
        r"药到病除|(?:绝对|百分之百|完全)(?:安全|没有副作用|无副作用|不会有事)",
    ),
    Reason.IMPERSONATES: (
        r"(?:我是|我作为|作为)(?:一名|一位|您的|你的)?(?:主治|主任|执业|专业)?(?:医生|医师|大夫|药师)",
        r"以我(?:多年)?(?:行医|临床|从医)",
    ),
}
_FORBIDDEN = {reason: re.compile("|".join(patterns)) for reason, patterns in _NEVER.items()}

# Words that turn a medical sentence round. Each stands with its own opposite, so that a flip is seen.
_PERMISSION = re.compile(
    r"(?:应当?|必须|需要?|建议|推荐)(?:避免|禁用|慎用|停用|禁止)|不可以?|不能|不宜|不得|不应|不要|不建议|不推荐|不需要|不必|无需|无须|禁用|禁止|禁忌|忌|慎用|避免|停用|切勿|勿|严禁|请勿"
    r"|可以|可用|能够?(?!量|力)|应当?(?!激)|必须|需要|推荐|建议|允许|不会|不影响|没有|无(?=明显|不良|影响)"
)
_NEGATIVE = frozenset(
    (
        *("不可", "不可以", "不能", "不宜", "不得", "不应", "不要", "不建议", "不推荐", "禁用", "禁止"),
        *("禁忌", "忌", "避免", "停用", "切勿", "勿", "严禁", "请勿"),
    )
)
_CAUTIOUS = {"慎用"}
_FREE = {"可以", "可用", "能", "能够", "允许"}
_NEEDLESS = {"不需要", "不必", "无需", "无须"}
_DUTY = {"应", "应当", "必须", "需要", "推荐", "建议"}
_GROUPS = (_NEGATIVE, _CAUTIOUS, _FREE, _NEEDLESS, _DUTY, {"不会", "不影响", "没有", "无"})

_INNER = re.compile(
    r"nlu_fallback|utter_[a-z_]+|action_[a-z_]+|validate_[a-z_]+|\b[a-z]+_form\b|\bslot\b|\bintent\b|\bentity\b|"
    r"requested_slot|\bRasa\b|\btracker\b|Traceback|Exception|\bNone\b|\bnull\b|undefined|\{[a-z_]+\}|<\|[a-z_]+\|>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def check_sentence(
    sentence: str, passages_text: Sequence[str], mentioned: Callable[[str], Sequence[object]]
) -> Verdict:
    """Hold `sentence` against the passages it cites.

    Numbers with their units, drug names (`mentioned` names them, as DrugBook.mentioned does) and words of
    permission must all stand in one and the same text; a sentence without any of them only must not
    prescribe, diagnose or promise.
    """
    reasons = [reason for reason, pattern in _FORBIDDEN.items() if pattern.search(sentence)]
    plain = re.sub(r"\[\d+\]", "", sentence)
    return _verdict(reasons + _unsupported(plain, passages_text, mentioned))


def guard_reply(text: str) -> Verdict:
    """Check the words of any responder: not empty, nothing of the machine's inside, no control characters."""
    reasons = [] if text.strip() else [Reason.EMPTY]
    if _CONTROL.search(text):
        reasons.append(Reason.CONTROL)
    if _INNER.search(text):
        reasons.append(Reason.INNER_WORD)
    return _verdict(reasons)


def _verdict(reasons: Sequence[Reason]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))


def _unsupported(sentence: str, passages: Sequence[str], mentioned: Callable[[str], Sequence[object]]) -> list[Reason]:
    """Return what the best passage lacks."""
    drugs = mentioned(sentence)
    lacking = [_lacks(sentence, drugs, passage, mentioned) for passage in passages]
    return min(lacking, key=len) if lacking else _lacks(sentence, drugs, "", mentioned)


def _lacks(
    sentence: str, drugs: Sequence[object], passage: str, mentioned: Callable[[str], Sequence[object]]
) -> list[Reason]:
    reasons = []
    if not quantities(sentence) <= quantities(passage) | units_of(passage):
        reasons.append(Reason.NUMBER)
    known = mentioned(passage) if drugs else ()
    if any(drug not in known for drug in drugs):
        reasons.append(Reason.DRUG)
    if not _permissions_hold(sentence, passage, bool(drugs)):
        reasons.append(Reason.PERMISSION)
    return reasons


def _permissions_hold(sentence: str, passage: str, names_drug: bool) -> bool:
    """Each permission word, with what it governs, must stand in the passage in the same sense."""
    for hit in _PERMISSION.finditer(sentence):
        said = _group(hit[0])
        governed = _pairs(_PERMISSION.sub(" ", _governed(sentence, hit)))
        if governed and not _same_sense(said, governed, passage):
            return False
        if not governed and names_drug and not _same_sense(said, _pairs(sentence), passage):
            return False
    return True


def _governed(sentence: str, hit: re.Match[str]) -> str:
    """The clause of the word, without the word itself."""
    start = max(sentence.rfind(mark, 0, hit.start()) for mark in "，。；！？,;") + 1
    ends = [at for mark in "，。；！？,;" if (at := sentence.find(mark, hit.end())) >= 0]
    return sentence[start : hit.start()] + " " + sentence[hit.end() : min(ends, default=len(sentence))]


def _same_sense(said: int, governed: set[str], passage: str) -> bool:
    """Of the clauses that speak of the same thing, the closest must use a word of the same sense."""
    best, senses = 0, set[int]()
    for clause in re.split(r"[，。；！？,;\n]", passage):
        alike = len(governed & _pairs(_PERMISSION.sub(" ", clause)))
        here = {_group(word[0]) for word in _PERMISSION.finditer(clause)}
        if alike > best:
            best, senses = alike, here
        elif alike == best and alike:
            senses |= here
    return said in senses and best * 3 >= len(governed)


def _group(word: str) -> int:
    """The number of the word's sense; 应避免 means what 避免 means."""
    bare = re.sub(r"^(?:应当?|必须|需要?|建议|推荐)(?=避免|禁用|慎用|停用|禁止)", "", word)
    return next((at for at, group in enumerate(_GROUPS) if bare in group), len(_GROUPS))


def _pairs(text: str) -> set[str]:
    words = re.findall(r"[\u3400-\u9fffA-Za-z0-9]+", text)
    return {word[at : at + 2] for word in words for at in range(len(word) - 1)}
