"""Bare facts told after a complaint (39度2, 一岁半, 吃了美林一个小时了): taken up together with it."""

import re
from collections.abc import Sequence

from actions import phrases
from actions.answer import Choice, MessagePart, Outcome, message
from actions.deps import Deps
from actions.heard import Event, Heard
from knowledge.triage import Urgency

LATELY_S = 30 * 60
LOOK_BACK = 10  # messages, our own restated ones among them
LONGEST = 24  # characters of a bare fact

_N = r"[\d.一二两三四五六七八九十半几]+"
_FACT = re.compile(
    r"(?:体温|最高|高烧|发烧|烧到|烧了|量[了的]?|现在|刚才)*(?:是|有|到)?"
    r"(?<!\d)(?:(?:3[5-9]|4[0-2])(?:度|℃|\.|点)[\d半]?(?:度|℃|多)?|(?:三十[五六七八九]|四十[一二]?)度[一二三四五六七八九半]?多?)(?![\d岁号])"
    rf"|(?:才|刚|快|今年)?{_N}(?:周?岁|个?多?月)(?:半|大|多|零?{_N}个?月)*"
    rf"|(?:已经|有|快|烧了|疼了|咳了)*{_N}个?多?(?:天|周|星期|礼拜|小时|钟头|分钟|晚上?)(?:多|前|左右)?"
    r"|(?:从|就是)?(?:今天|昨天|前天|昨晚|今早|刚刚?|上午|下午|晚上|早上|中午|夜里|半夜|凌晨)+(?:才)?(?:开始)?"
    r"|(?:刚|才|已经|给[他她])*(?:吃|喂|喝|用|打|贴)(?:了|过)[^，,。吗]{1,8}?"
    r"(?=[，,。了 ]|$|[\d一二两三四五六半]+个?(?:小时|钟头|分钟|天))"
    r"|(?:还)?没(?:有)?(?:吃|用|喂)(?:过)?(?:什么)?药|(?:没有?|不)(?:咳嗽?|吐|拉肚子|抽|发抖)"
    r"|精神(?:状态)?(?:还|也|挺|很|都|比较)*(?:好|可以|行|不错)|(?:男|女)(?:孩|的|宝)?|孩子|宝宝|小孩|娃|大人|他|她|我"
)
_FILLER = re.compile(r"[的了呢啊呀吧哈嗯呃就是有，,。、；; ]+")
_ASKS = re.compile(r"[吗么?？]|怎么|什么|多[少久长]|几|哪|能不能|要不要|挂|约|提醒")
_TAKEN = re.compile(r"[吃喂喝用打贴](?:了|过)")
_TOGETHER = re.compile(r".+（.+）怎么办？")


async def told_on(deps: Deps, heard: Heard) -> Outcome | None:
    """What to do with facts told after a complaint: noted, with what they mean, and the complaint asked anew with them.

    None when the words are no bare facts, or nothing was complained of lately.
    """
    found = None if heard.form or not is_fact(heard.text) else _complaint(deps, heard)
    if found is None:
        return None
    complaint, before = found
    facts = tuple(dict.fromkeys((*before, heard.text.strip("。，, "))))
    noted = _noted(deps, complaint, facts)
    if _TAKEN.search(heard.text):  # with a drug named it would be read as a question about the drug
        return Outcome((noted,))
    told = "，".join(fact for fact in facts if not _TAKEN.search(fact))
    return Outcome((noted, {"then": f"{complaint}（{told}）怎么办？"}))


def _noted(deps: Deps, complaint: str, facts: Sequence[str]) -> MessagePart:
    told = "，".join((complaint, *facts))
    assessed = deps.library.clinic.triage.assess(told)
    soon = assessed.urgency in (Urgency.URGENT, Urgency.EMERGENCY)
    text = phrases.NOTED_ON.format(told=told, why=f"{assessed.why.rpartition('；')[2]}。" if soon else "")
    names = [department.name for department, _ in assessed.departments[:1]]
    return message(text, (*(Choice(f"挂{name}", f"挂{name}的号") for name in names), Choice("转人工")))


def is_fact(text: str) -> bool:
    """Whether the words tell a temperature, an age, how long, what was taken, and nothing else."""
    if len(text) > LONGEST or _ASKS.search(text):
        return False
    rest, facts = _FACT.subn("", text)
    return facts > 0 and not _FILLER.sub("", rest)


def _complaint(deps: Deps, heard: Heard) -> tuple[str, Sequence[str]] | None:
    """What was complained of last, and the facts told since."""
    facts: list[str] = []
    for text in _said_before(heard):
        if _TOGETHER.fullmatch(text):  # our own words of the turn before
            continue
        if is_fact(text):
            facts.insert(0, text)
        elif deps.library.clinic.triage.complaints_told(text):
            return text.strip("。，, "), facts
        else:
            return None
    return None


def _said_before(heard: Heard) -> Sequence[str]:
    """The person's messages lately, latest first, without this one."""
    users = [event for event in heard.events if event.get("event") == "user" and event.get("text")]
    *before, now = users or [{}]
    return [str(event["text"]) for event in before[: -LOOK_BACK - 1 : -1] if _at(now) - _at(event) < LATELY_S]


def _at(event: Event) -> float:
    """When, by Rasa's clock, seconds."""
    return float(event.get("timestamp") or 0)
