"""What must be known before advice is given: for whom, pregnant or nursing, other medicines, how long.

Asked once, in one sentence, and only where the passages themselves make a difference by it. What was told before is
not asked again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.answer import Choice
from knowledge.retrieval import Hit
from knowledge.visitor import read_visitor

_WANTS_ADVICE = re.compile(
    r"(?:吃|用|喝|服|抹|涂|贴|打)(?:点|些|个)?(?:什么|啥|哪[种个些])(?:.{0,2}药|药|好)?|(?:什么|啥|哪[种个些]).{0,3}药"
    r"|(?:怎么|咋|如何)(?:退烧|止[痛疼咳痒血泻吐]|缓解|治|消炎|调理|办|用药)|吃药"
)
_MAKES_A_DIFFERENCE = re.compile(
    r"孕|哺乳|儿童|孩子|小儿|婴|周?岁|老年|老人|肝|肾|同时(?:吃|用|服)|正在(?:吃|用|服)|过敏|慢性病|基础病"
)
_TOLD_WHO = re.compile(r"岁|大人|成人|成年|老人|老年|孕|哺乳|喂奶|备孕|\d+\s*个月大")
_TOLD_HOW_LONG = re.compile(
    r"[\d一二两三四五六七八九十半几]+\s*(?:多)?(?:天|周|个?星期|个?礼拜|个?月|年|小时|个钟)|刚刚?|今[天早晚]|昨[天晚]|前[天晚]|长期|一直|老是|经常|反复"
)
_COMPLAINS = re.compile(
    r"[疼痛痒咳吐泻晕肿麻胀酸]|发烧|发热|拉肚|难受|不舒服|感冒|出血|流血|上火|睡不着|失眠|便秘|起疹"
)

_WHO, _STATE, _HOW_LONG = "是给谁问的，多大年纪", "有没有怀孕、哺乳，有没有慢性病或者在吃别的药", "不舒服多久了"
_ASKS = "先问您一句，好说得准一些：{questions}？不方便说也可以点“直接说”。"
CHOICES = (
    Choice("大人，没有这些情况", "大人，没怀孕，没有慢性病，没吃别的药"),
    Choice("给孩子问的"),
    Choice("怀孕或哺乳期", "怀孕或者哺乳期"),
    Choice("老人，或在吃别的药", "老人，有慢性病或者在吃别的药"),
    Choice("直接说"),
)


@dataclass(frozen=True, slots=True)
class AskBack:
    """A question to the person, with choices that say words."""

    text: str
    choices: tuple[Choice, ...] = CHOICES


def ask_back(question: str, known: str, hits: Sequence[Hit]) -> AskBack | None:
    """What to ask before answering, or None. `known` is what is noted of the people spoken of."""
    if not _WANTS_ADVICE.search(question) or not _COMPLAINS.search(question):
        return None
    if not any(_MAKES_A_DIFFERENCE.search(hit.passage.text) for hit in hits if hit.sure):
        return None
    visitor, said = read_visitor(question), question + known
    who_told = _TOLD_WHO.search(said) is not None or visitor.pregnant
    if who_told or (visitor.child and _TOLD_HOW_LONG.search(question)):
        return None
    asked = (None if visitor.child else _WHO, _STATE, None if _TOLD_HOW_LONG.search(question) else _HOW_LONG)
    return AskBack(_ASKS.format(questions="？".join(filter(None, asked))))
