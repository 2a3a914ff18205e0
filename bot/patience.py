"""Words that could not be used: the second time in a row choices are offered, from the third on a person.

Nothing is kept for it: which of the last messages were misses stands in the messages themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import phrases
from bot.answers import Answer
from bot.messages import Author, Button, Message, Reply
from bot.offers import LEAVE, MENU, OFFER_HUMAN

_LEADS = (phrases.NOT_CAUGHT, phrases.NEED_NOT_SAY, phrases.NEED_NOT_KNOW)
_LEAVES = re.compile(r"不.+了|保留|取消")
LOOK_BACK = 12  # messages: more than three turns say


def misses_in_a_row(said: Sequence[Message]) -> int:
    """How many of the last turns missed. `said` is oldest first and ends with the answer of the last turn."""
    count, missed = 0, False
    for message in reversed(said):
        if message.author is not Author.PATIENT:
            missed = missed or message.missed
        elif not missed:
            break
        else:
            count, missed = count + 1, False
    return count


def patiently(answer: Answer, before: int, phone: str) -> Answer:
    """An answer that missed, after so many misses before it: never the same sentence twice."""
    if before == 0:
        return answer
    asked = answer.question
    options = (*asked.buttons, LEAVE) if asked else MENU
    if before == 1:
        lead, buttons = (phrases.NOT_CAUGHT_AGAIN if asked else phrases.WHICH_OF_THESE), (*options, OFFER_HUMAN)
    else:
        person = phrases.PERSON_INSTEAD_AGAIN if before % 2 else phrases.PERSON_INSTEAD
        lead, buttons = person.format(phone=phone), (OFFER_HUMAN, *options)
    words = [lead]
    if asked:
        words += [*([phrases.GO_ON] if before > 1 else []), _bare(asked.text)]
    return replace(answer, replies=(Reply("\n".join(words), _each_once(buttons), missed=True),), question=None)


def _bare(question: str) -> str:
    """A form's question without the form's own word of regret."""
    return next((question.removeprefix(lead) for lead in _LEADS if question.startswith(lead)), question)


def _each_once(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """A form's own way to leave makes ours needless; a person is offered once."""
    leaves = any(_LEAVES.fullmatch(one.label) and one is not LEAVE for one in buttons)
    kept = {one.label: one for one in reversed(buttons) if not (leaves and one is LEAVE)}
    return tuple(reversed(kept.values()))
