"""Practice in a chat: which patient, and how a learner ends, leaves or says that he is ill himself."""

import re
from collections import Counter
from collections.abc import Mapping

from bot import phrases
from bot.messages import Button, Reply
from cases.ending import Ending, Sbar
from cases.model import Case

LEVELS = {"easy": "容易", "medium": "中等", "hard": "较难"}
ANY_CASE = Button("随便来一位", command="practice_case", args={"case": ""})
SCORE_NOW = Button("不写结论，直接看讲评", say="直接看讲评")

LEAVING = re.compile(r"(?:我想?|现在|先)?(?:退出|结束|离开|停止|不)练习?了?|退出练习|不练了|先不练了")
DISTRESS = re.compile(
    r"我(?:自己|本人|现在)*(?:是?真的?|真是)(?:很|好|特别|有点)?(?:不舒服|难受|疼|痛|喘不上气|想死|不想活)"
    r"|不是练习|我是说我自己|我自己(?:也)?(?:想死|不想活|得了|有抑郁|胸口|心口)|这不是演的"
)
HINT = re.compile(r"(?:给我?|来)?(?:个|点|一个|一点)?提示(?:一下)?")
_JOINING = re.compile(
    r"(?:我要|我想)?加入(?:班级|班)[\s：:，,]*(?P<code>[0-9A-Za-z-]{4,12})[\s，,]+(?:我叫|我是)?(?P<name>\S.{0,29})"
)
_END = re.compile(r"^(?:结束问诊|问诊结束|我问完了|直接看讲评)[，,。；;：:\s]*(?P<rest>.*)$", re.DOTALL)
_PARTS = {
    "diagnosis": r"(?:我的?|初步)?诊断(?:是|为|考虑)?",
    "differentials": r"鉴别(?:诊断)?",
    "reasons": r"(?:诊断)?依据|理由",
    "plan": r"(?:处理|治疗|下一步)?计划|处理|治疗",
    "sbar": r"交班|交接|SBAR",
}
_HEADS = re.compile(
    r"(?:^|[\s，,。；;])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _PARTS.items()) + r")\s*[：:]\s*",
    re.I,
)
_SBAR = {"situation": r"S|现状|现况", "background": r"B|背景", "assessment": r"A|评估", "recommendation": r"R|建议"}
_SBAR_HEADS = re.compile(
    r"(?:^|[\s，,。；;])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _SBAR.items()) + r")\s*[：:]\s*", re.I
)


def read_joining(text: str) -> Mapping[str, str] | None:
    """Code and name of `加入班级 ABCD2345 王小明`; None when the words wish something else."""
    found = _JOINING.fullmatch(text.strip())
    return {"code": found["code"], "name": found["name"].strip()} if found else None


def read_ending(text: str) -> Ending | None:
    """What a learner concludes in one message; None when he does not end.

    `结束问诊 诊断：… 鉴别：… 依据：… 计划：… 交班：S：… B：… A：… R：…`; what stands before any head is the diagnosis.
    """
    ended = _END.match(text.strip())
    if ended is None:
        return None
    first, parts = _split(_HEADS, re.sub(r"^我?的?诊断(?:是|为)?[，,\s]*(?![：:])", "", ended["rest"]))
    sbar_first, sbar = _split(_SBAR_HEADS, parts.pop("sbar", ""))
    if sbar_first:
        sbar["situation"] = sbar_first + sbar.get("situation", "")
    return Ending(**({"diagnosis": first} | parts), sbar=Sbar(**sbar))


def wants_form(text: str, ending: Ending) -> bool:
    """Whether only the end was said: the learner is shown how to conclude."""
    return ending == Ending() and "直接看讲评" not in text


def _split(heads: re.Pattern[str], text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first head, and each head's words."""
    found = list(heads.finditer(text))
    ends = [each.start() for each in found][1:] + [len(text)] * bool(found)
    parts = {str(each.lastgroup): text[each.end() : end].strip() for each, end in zip(found, ends, strict=True)}
    return text[: found[0].start()].strip() if found else text.strip(), parts


def which_case(cases: Mapping[str, Case]) -> Reply:
    """Ask how hard the patient shall be."""
    if not cases:
        return Reply(phrases.PRACTICE_NO_CASE)
    counts = Counter(case.level for case in cases.values())
    levels = tuple(
        Button(f"{name}（{counts[level]} 位）", command="practice_level", args={"level": level})
        for level, name in LEVELS.items()
        if counts[level]
    )
    return Reply(phrases.PRACTICE_WHICH_LEVEL, (*levels, ANY_CASE))


def cases_of(cases: Mapping[str, Case], level: str) -> Reply:
    """The patients of a level to choose from."""
    fitting = tuple(
        Button(f"{case.specialty}：{case.title}", command="practice_case", args={"case": case.id})
        for case in cases.values()
        if case.level == level
    )
    return Reply(phrases.PRACTICE_WHICH_CASE, (*fitting, ANY_CASE)) if fitting else which_case(cases)
