"""What the house says around the questions of a follow-up, and how a typed answer is read."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from bot.choosing import read_choice
from bot.messages import Button, Message

PLANNED: Final = (
    "您好，{nurse}为您安排了出院后的随访（{title}）：{days}上午10点左右，我会问您几个问题，点一下就能回答，一两分钟答完。"
    "回答不好的，护士马上会知道。平时有不舒服，不用等我问，直接说；危急请拨打120。"
)
NOT_WANTED: Final = "不用随访"
GREETING: Final = "您好，今天是出院后第{day}天，问问您的恢复情况，一共{count}个问题。\n第1个：{ask}"
QUESTION: Final = "第{number}个（共{count}个）：{ask}"
AGAIN: Final = "昨天的随访还没答完，想再问您一下，好让医生护士放心。\n{ask}"
TOLD_NURSE: Final = "这一条我已经告诉护士，会尽快联系您。{words}"
TOLD_NURSE_URGENT: Final = "{words}\n这一条我已经告诉护士，但请不要等回复，先按上面说的做。"
DONE_WELL: Final = "谢谢您，都答完了，今天的情况看起来还好。{next}平时有不舒服随时告诉我，危急请拨打120。"
DONE: Final = "谢谢您，都答完了。护士会看到您的回答，请先按上面说的做。{next}"
NEXT: Final = "下次是出院后第{day}天。"
OVER: Final = "这一次随访已经结束了。身体有不舒服，请直接告诉我，或者回复“转人工”；危急请拨打120。"
STOPPED: Final = "好的，以后的随访不再问您了。有不舒服随时告诉我；想恢复，请告诉护士。"

TASK_BAD: Final = "出院随访第{day}天（{title}）：{ask}答“{said}”。{why}"
TASK_SILENT: Final = "出院随访第{day}天（{title}）问了两次没有答完（{answered}/{count}），请电话联系"
TASK_NOT_SENT: Final = "出院随访第{day}天（{title}）没能按时发出，请电话联系"
TASK_STOPPED: Final = "患者不想再接受出院随访（{title}）"

COMMAND: Final = "follow_up_answer"
LONGEST_ANSWER: Final = 24  # characters: the words of a button, with a full stop


def days_said(days: Sequence[int]) -> str:
    """`第1、3、7天`."""
    return f"第{'、'.join(map(str, days))}天"


def typed_answer(text: str, shown: Sequence[Message]) -> Button | None:
    """The answer that typed words give to a question just shown: its number, or its very words."""
    asked = next((one for one in reversed(shown) if one.buttons and one.buttons[0].command == COMMAND), None)
    if asked is None or asked is not shown[-1]:
        return None
    choices = [button for button in asked.buttons if button.command == COMMAND]
    words, number = _plain(text), read_choice(text)
    if number is not None:
        return choices[number - 1] if 0 < number <= len(choices) else None
    return next((button for button in choices if _plain(button.label) == words), None)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip("。.！!、,，?？ ")
