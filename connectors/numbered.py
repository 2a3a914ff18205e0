"""Buttons for channels that can only show text: a list to answer with a number."""

from collections.abc import Sequence

from bot.messages import Button

HINT = "（回复数字即可）"


def numbered(buttons: Sequence[Button]) -> str:
    """One line for each button, such as `【2】10分钟后提醒`, which no list within the text looks like; a button without
    a number is answered with its words.
    """
    return "\n".join(
        f"【{button.number}】{button.label}" if button.number else f"· {button.label}" for button in buttons
    )
