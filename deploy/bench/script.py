"""What is said, and by which words a right answer is known. The same sentences to every line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence."""

    said: str
    answered: str  # words that the right answer holds
    measured: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    """Sentences of one conversation."""

    name: str
    steps: tuple[Step, ...]


GREETING = Step("你好", "杏林助手")
THANKS = Step("谢谢", "不客气")
DRUG = Step("布洛芬怎么吃", "布洛芬")
FOLLOW_UP = Step("它有什么副作用", "不良反应")
BOOKING = Step("我想挂心内科的号", "心血管内科")
CANCEL = Step("取消", "先不挂号")

SIX_TURNS = Talk("six turns", (GREETING, DRUG, FOLLOW_UP, BOOKING, CANCEL, THANKS))

# The first sentence of a conversation pays for making it: not what these three are about.
OPENING = Step(GREETING.said, GREETING.answered, measured=False)
PLAIN = Talk("without action", (OPENING, THANKS, Step("你能做什么", "挂号"), GREETING, Step("再见", "再见"), THANKS))
ACTION = Talk(
    "with action",
    (OPENING, DRUG, FOLLOW_UP, Step("阿莫西林有什么禁忌", "阿莫西林"), Step("二甲双胍怎么吃", "二甲双胍"), DRUG),
)
FORM = Talk(
    "in a form",
    (
        OPENING,
        Step("我想挂号", "科", measured=False),
        Step("心内科", "心血管内科"),
        Step("换成骨科", "骨科"),
        Step("还是眼科吧", "眼科"),
        Step(CANCEL.said, CANCEL.answered, measured=False),
    ),
)
KINDS = (PLAIN, ACTION, FORM)
