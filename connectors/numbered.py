"""Buttons for channels that can only show text: a list to answer with a number."""

from collections.abc import Sequence

from bot.messages import Button
from bot.phrases import ASK_HUMAN

CALL_A_NURSE, BY_WORDS = "要找护士，回复“{words}”", "也可以回复“{words}”"
HINT = "（回复数字即可）"


def numbered(buttons: Sequence[Button]) -> str:
    """One line for each button, such as `【2】10分钟后提醒`, which no list within the text looks like; a button without
    a number is answered with its words.
    """
    return "\n".join(label(button) for button in buttons)


def label(button: Button) -> str:
    """One choice, also where it can be touched: who types the number instead means the same."""
    if button.number:
        return f"【{button.number}】{button.label}"
    return (CALL_A_NURSE if button.label == ASK_HUMAN else BY_WORDS).format(words=button.label)


def hint(buttons: Sequence[Button]) -> str:
    """How to answer; nothing where no number is shown."""
    return HINT if any(button.number for button in buttons) else ""
