"""Words recognised from a voice: numbers and drug names are read back before anything is done with them."""

import re
from collections.abc import Callable, Sequence

from bot import phrases
from bot.messages import Button, Reply

# A number that something hangs on: an amount, a time, a date, a phone. 一下, 一直 and 一个人 are none.
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百半几]+(?:毫克|微克|克|毫升|片|粒|颗|支|袋|包|滴|喷|单位|次|点|天|周|个?月|号|日|岁|斤|度|楼|倍)"
)


def read_back(text: str, drugs_named: Callable[[str], Sequence[str]]) -> Reply | None:
    """The question whether it was heard rightly; None when there is nothing that could go wrong."""
    if not _NUMBER.search(text) and not drugs_named(text):
        return None
    buttons = (Button(phrases.HEARD_RIGHT, say=text), Button(phrases.HEARD_WRONG, command="say_again"))
    return Reply(phrases.HEARD.format(words=text), buttons)
