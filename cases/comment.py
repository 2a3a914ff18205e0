"""The model's comment on a finished sheet: what it is asked, what of its answer is taken, and its replay.

The model sees the sheet and nothing else, and may only point at marks of it: an answer that names another mark, another
illness, another drug or another number is refused as a whole, and the comment by rules stands instead.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from jsonschema import Draft202012Validator

from cases.scoring.claims import foreign_claims
from cases.scoring.sheet import Debrief, Mark

Prompt = tuple[Mapping[str, str], ...]
"""Messages with `role` (system, user) and `content`."""

MOST_EACH: Final = 3
LONGEST: Final = 120
"""Characters of one remark."""
MOST_SHOWN: Final = 12
"""Marks of each kind that the model is shown."""
_REMARK: Final = {
    "type": "object",
    "properties": {
        "item": {"type": "string", "maxLength": 60},
        "text": {"type": "string", "minLength": 4, "maxLength": LONGEST},
    },
    "required": ["item", "text"],
    "additionalProperties": False,
}
SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "strengths": {"type": "array", "items": _REMARK, "maxItems": MOST_EACH},
        "gaps": {"type": "array", "items": _REMARK, "maxItems": MOST_EACH},
        "next": {"type": "string", "minLength": 4, "maxLength": LONGEST},
    },
    "required": ["strengths", "gaps", "next"],
    "additionalProperties": False,
}
_SYSTEM: Final = (
    "你是临床技能课的带教老师，给刚完成一次模拟问诊的学员写简短讲评。只能依据下面这张评分表，不得补充表里没有的医学内容、"
    "疾病、药物或数字，不改动分数，不评价学员本人。语气平和具体，对学员用“您”。输出一个 JSON 对象："
    "strengths 至多 3 条，只写“做到的”里的条目；gaps 至多 3 条，只写“没做到的”里的条目，"
    "text 里写下次具体怎么问或怎么做；next 是下次最该先改的一件事。"
    "每条的 item 必须照抄表里的编号，text 与 next 用中文，各不超过 80 个字。"
)


class BadComment(ValueError):
    """The model's answer cannot stand; the message says why, without its words."""


class NotTheSame(ValueError):
    """A record does not fit the sheet it is replayed with; the message names what differs."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about one mark of the sheet."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What went well, what was missing and how to do it, and what to mend first."""

    strengths: tuple[Remark, ...]
    gaps: tuple[Remark, ...]
    next: str

    def to_json(self) -> dict[str, Any]:
        """As on the wire."""
        raw: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return raw


@dataclass(frozen=True, slots=True)
class Record:
    """Everything needed to make a model's comment out of its sheet again, bit for bit."""

    case: str
    case_version: int
    rules: str
    model: str
    seed: int
    prompt_hash: str
    raw: str  # the model's answer, as it came

    def to_json(self) -> str:
        """One JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Raises ValueError or TypeError."""
        return cls(**json.loads(text))


def prompt(sheet: Debrief) -> Prompt:
    """What the model is shown: the sheet's marks and counts, never the talk or the case."""
    done = [mark for mark in sheet.items if mark.auto and mark.points == mark.max]
    shown = {
        "总分": f"{sheet.total}/{sheet.max}",
        "通过": "是" if sheet.passed else "否",
        "各部分": [f"{part.name} {part.got}/{part.max}" for part in sheet.parts],
        "做到的": [_line(mark) for mark in sorted(done, key=lambda mark: -mark.max)[:MOST_SHOWN]],
        "没做到的": [_line(mark) for mark in sheet.missed[:MOST_SHOWN]],
        "有害的检查": [f"{test.label}：{test.harm}" for test in sheet.tests.harmful],
        "沟通计数": {"开放式提问": sheet.talk.open, "共情": sheet.talk.empathy, "术语": sheet.talk.jargon},
    }
    content = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return {"role": "system", "content": _SYSTEM}, {"role": "user", "content": content}


def prompt_hash(messages: Prompt) -> str:
    """SHA-256 of the messages, as hexadecimal digits."""
    return hashlib.sha256(json.dumps(messages, sort_keys=True).encode("ascii")).hexdigest()


def seed_of(sheet: Debrief) -> int:
    """The sampling seed for a sheet, below 2³¹: the same sheet asks in the same way."""
    return int(sheet.sheet_hash()[:8], 16) >> 1


def record_of(sheet: Debrief, model: str, raw: str) -> Record:
    """What is kept of a model's answer. Raises BadComment when it cannot stand."""
    read(raw, sheet)
    made = sheet.versions
    return Record(made.case, made.case_version, made.rules, model, seed_of(sheet), prompt_hash(prompt(sheet)), raw)


def replay(record: Record, sheet: Debrief) -> Comment:
    """Make the comment again. Raises NotTheSame, or BadComment when today's checks refuse what was taken once."""
    again = record_of(sheet, record.model, record.raw)
    then, now = asdict(record), asdict(again)
    if differing := [name for name in then if then[name] != now[name]]:
        raise NotTheSame(", ".join(differing))
    return read(record.raw, sheet)


def read(raw: str, sheet: Debrief) -> Comment:
    """The comment in a model's answer. Raises BadComment."""
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise BadComment("no JSON") from error
    if wrong := next(Draft202012Validator(SCHEMA).iter_errors(answer), None):
        raise BadComment(f"{wrong.json_path}: {wrong.validator}")
    strengths, gaps = (tuple(Remark(**each) for each in answer[name]) for name in ("strengths", "gaps"))
    comment = Comment(strengths, gaps, answer["next"])
    for problem in _problems(comment, sheet):
        raise BadComment(problem)
    return comment


def by_rules(sheet: Debrief) -> Comment:
    """The comment that needs no model."""
    done = sorted((mark for mark in sheet.items if mark.auto and mark.points == mark.max), key=lambda mark: -mark.max)
    strengths = tuple(Remark(mark.item, f"做到了：{mark.label}。") for mark in done[:MOST_EACH])
    gaps = tuple(Remark(mark.item, _cut(f"{mark.label}：{mark.why}")) for mark in sheet.missed[:MOST_EACH])
    first = f"下次先做到：{sheet.missed[0].label}。" if sheet.missed else "保持这样的问法，换一个病例再练。"
    return Comment(strengths, gaps, first)


def _line(mark: Mark) -> dict[str, str]:
    return {"item": mark.item, "条目": mark.label, "为什么": mark.why, "得分": f"{mark.points}/{mark.max}"}


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _problems(comment: Comment, sheet: Debrief) -> Iterator[str]:
    """Why a comment cannot stand: marks it may not name, and claims that the sheet does not make."""
    marks = {mark.item: mark for mark in sheet.items if mark.auto}
    for kind, remarks, earned in (("strengths", comment.strengths, True), ("gaps", comment.gaps, False)):
        for remark in remarks:
            if remark.item not in marks:
                yield f"{kind}: unknown mark"
            elif (marks[remark.item].points == marks[remark.item].max) is not earned:
                yield f"{kind}: mark of the other kind"
    texts = [remark.text for remark in (*comment.strengths, *comment.gaps)] + [comment.next]
    known = _words_of(sheet)
    for text in texts:
        if claims := foreign_claims(text, known):
            yield f"foreign {', '.join(claims)}"


def _words_of(sheet: Debrief) -> str:
    """All that the sheet says, other than by the learner."""
    whys = (f"{mark.label}，{mark.why}" for mark in sheet.items)
    numbers = [f"{part.got}，{part.max}" for part in sheet.parts] + [f"{sheet.total}，{sheet.max}"]
    counts = [str(count) for count in asdict(sheet.talk).values()]
    labels = (each.label for each in sheet.heat)
    tests = [
        *(f"{test.label}，{test.harm}" for test in sheet.tests.harmful),
        *(test.label for test in sheet.tests.needed),
    ]
    return "。".join((sheet.diagnosis.truth, sheet.teaching, *whys, *labels, *tests, *numbers, *counts))
