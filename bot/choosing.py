"""What a person means who answers a numbered list: 2, 二, 第二个, the words of a choice, or 继续. Pure.

Numbers go on over several messages until the person writes, so a number has one meaning; one of an older list has none.
"""

import re
import unicodedata
from collections.abc import Sequence

from bot import phrases
from bot.messages import Button, Message

_GO_ON = re.compile(r"(?:请)?(?:继续|接着说|往下说|后面呢|下一页)(?:看|说|吧)?")
_NUMBER = re.compile(
    r"(?:我?(?:选|要|回复?)?)?第?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:个|项|号|条|种)?(?:吧|啊)?"
)
_DIGITS = {word: n for n, word in enumerate("一二三四五六七八九", 1)} | {"两": 2}
BY_NAME = frozenset(
    {phrases.TAKEN, phrases.SNOOZE, phrases.SNOOZE_LONG, phrases.SKIP, phrases.ALL_TAKEN, phrases.ONE_BY_ONE}
)
_TAIL = "。.！!、,，?？ "
_YES = {"对", "是", "是的", "对的", "嗯", "好", "好的", "可以", "行", "没错", "同意"}
_NO = {"不对", "不是", "不", "不行", "错了", "不好", "不用", "不要", "不同意"}
_YES_LABELS = ("对", "同意", "可以", "是")


def chosen(text: str, shown: Sequence[Message]) -> Button | None:
    """The button of the shown messages that an answer means; the newest one where two have the same words."""
    buttons = [button for message in reversed(shown) for button in message.buttons]
    words = _plain(text)
    if not buttons or not words:
        return None
    number = read_choice(words)
    for button in buttons:
        if button.number == number or words in (_plain(button.label), _plain(button.say or "")):
            return button
    return _yes_or_no(words, buttons)


def names_a_button(text: str) -> bool:
    """Whether the words are the very label of a reminder's button, which is meant however long ago it was shown."""
    return _plain(text) in BY_NAME


def pressed_by_name(text: str, said: Sequence[Message]) -> Button | None:
    """The newest button of that name."""
    buttons = (button for message in reversed(said) for button in message.buttons)
    return next((button for button in buttons if button.command and _plain(button.label) == _plain(text)), None)


def read_choice(text: str) -> int | None:
    """The number that was chosen: 2, ２, ②, 二, 第二个, 选2."""
    found = _NUMBER.fullmatch(_plain(text))
    return _value(found[1]) if found else None


def wants_more(text: str) -> bool:
    """Whether the person asks for what is still to come; `1` too, which only counts where no list has a 1."""
    words = _plain(text)
    return words == "1" or bool(_GO_ON.fullmatch(words))


def _yes_or_no(words: str, buttons: Sequence[Button]) -> Button | None:
    """是的 to a question with two answers, 对 and 不对."""
    if len(buttons) != 2 or not buttons[0].label.startswith(_YES_LABELS):
        return None
    return buttons[0] if words in _YES else buttons[1] if words in _NO else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(_TAIL)


def _value(digits: str) -> int | None:
    """Up to 99; None for what is no number, such as 一一."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return _DIGITS.get(digits)
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
