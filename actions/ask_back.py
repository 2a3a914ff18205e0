"""What must be known before advice is given: for whom, pregnant or nursing, other medicines, how long.

Asked once, in one sentence, only of who wants a medicine, and only where the passages themselves make a difference by
it: who asks what to do is helped at once, and so is who may be in danger. What was told before is not asked again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.answer import Choice
from knowledge.retrieval import Hit
from knowledge.visitor import read_visitor

_WANTS_MEDICINE = re.compile(
    r"(?:吃|用|喝|服|抹|涂|贴|打)(?:点|些|个)?(?:什么|啥|哪[种个些])|(?:什么|啥|哪[种个些]).{0,3}药"
    r"|(?:怎么|咋|如何)(?:退烧|止[痛疼咳痒泻吐]|消炎|用药|吃药)|吃药"
)
_CANNOT_WAIT = re.compile(
    r"心绞痛|心梗|中风|剧烈|[喘呼]不上|呼吸|喘|抽[搐筋风]|昏|晕倒|出血|流血|[吐咳便尿]血|黑便|误[服食]|中毒|烫|咬|蜇|蛰|摔|撞|憋"
    r"|受不了|救命|打滚|[疼痛]死|不想活"
)
_MAKES_A_DIFFERENCE = re.compile(
    r"孕|哺乳|儿童|孩子|小儿|婴|周?岁|老年|老人|肝|肾|同时(?:吃|用|服)|正在(?:吃|用|服)|过敏|慢性病|基础病"
)
_TOLD_WHO = re.compile(r"岁|大人|成人|成年|老人|老年|孕|哺乳|喂奶|备孕|\d+\s*个月大")
_SOMEBODY_GROWN = re.compile(
    r"(?:我|俺|咱|他|她|家里?)(?:的)?(?:妈|爸|爷|奶|外[公婆]|姥|公公|婆婆|岳)|妈妈|爸爸|母亲|父亲|爷爷|奶奶|老伴|老公|丈夫"
)
_TOLD_HOW_LONG = re.compile(
    r"[\d一二两三四五六七八九十半几]+\s*(?:多)?(?:天|周|个?星期|个?礼拜|个?月|年|小时|个钟)|刚刚?|今[天早晚]|昨[天晚]|前[天晚]|长期|一直|老是|经常|反复"
)
_COMPLAINS = re.compile(
    r"[疼痛痒咳吐泻晕肿麻胀酸]|发烧|发热|拉肚|难受|不舒服|感冒|出血|流血|上火|睡不着|失眠|便秘|起疹"
)

_ASKS = "先问您一句，好说得准一些：{questions}？不方便说也可以点“直接说”。正难受得厉害就别等，马上去急诊或打120。"
_HOW_LONG = "不舒服多久了"
_SAY_IT = Choice("直接说")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about one kind of person, and the choices offered for it."""

    questions: tuple[str, ...]
    choices: tuple[Choice, ...]


_ANYBODY = Asking(
    ("是给谁问的，多大年纪", "有没有怀孕、哺乳，有没有慢性病或者在吃别的药"),
    (
        Choice("大人，没有这些情况", "大人，没怀孕，没有慢性病，没吃别的药"),
        Choice("给孩子问的"),
        Choice("怀孕了"),
        Choice("在喂奶"),
        Choice("老人，或在吃别的药", "老人，有慢性病或者在吃别的药"),
        _SAY_IT,
    ),
)
_CHILD = Asking(
    ("孩子多大了，有没有慢性病或者在吃别的药",),
    (
        Choice("不满3个月", "孩子不满3个月"),
        Choice("3个月到1岁", "孩子3个月到1岁"),
        Choice("1到6岁", "孩子1到6岁"),
        Choice("6岁以上", "孩子6岁以上"),
        _SAY_IT,
    ),
)
_GROWN = Asking(
    ("病人多大年纪，有没有慢性病或者在吃别的药",),
    (
        Choice("60岁以下，没有这些", "60岁以下，没有慢性病，没吃别的药"),
        Choice("60岁以上，没有这些", "60岁以上，没有慢性病，没吃别的药"),
        Choice("有慢性病或在吃药", "有慢性病或者在吃别的药"),
        _SAY_IT,
    ),
)
"""Of fathers, mothers and old people nobody asks whether they are pregnant."""


@dataclass(frozen=True, slots=True)
class AskBack:
    """A question to the person, with choices that say words."""

    text: str
    choices: tuple[Choice, ...]


def ask_back(question: str, known: str, hits: Sequence[Hit]) -> AskBack | None:
    """What to ask before answering, or None. `known` is what is noted of the people spoken of."""
    if not _WANTS_MEDICINE.search(question) or not _COMPLAINS.search(question) or _CANNOT_WAIT.search(question):
        return None
    if not any(_MAKES_A_DIFFERENCE.search(hit.passage.text) for hit in hits if hit.sure):
        return None
    visitor, lasts = read_visitor(question), _TOLD_HOW_LONG.search(question) is not None
    if _TOLD_WHO.search(question + known) or visitor.pregnant or (visitor.child and lasts):
        return None
    asking = _CHILD if visitor.child else _GROWN if _SOMEBODY_GROWN.search(question) else _ANYBODY
    questions = asking.questions if lasts else (*asking.questions, _HOW_LONG)
    return AskBack(_ASKS.format(questions="？".join(questions)), asking.choices)
