"""The conversation itself: say it again, start over."""

import re

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions import phrases
from actions.answer import Choice, Outcome, message, say, unclear
from actions.deps import Deps
from actions.drugs import answer_drug, asks_the_same
from actions.heard import Heard, last_bot_texts
from bot import offers

_BOOK = re.compile(r"挂|预约|的号")
_REMIND = re.compile(r"提醒|每天|一天|每日|早上|晚上|睡前|饭[前后]")
KEPT = frozenset({"requested_slot", "session_started_metadata"})


async def repeat(_deps: Deps, heard: Heard) -> Outcome:
    """The assistant's last words once more. Inside a form its question comes anyway."""
    texts = last_bot_texts(heard.events)
    if heard.form:
        texts = texts[:-1]
        return Outcome(tuple(message(text) for text in texts) or (message(phrases.AGAIN),))
    if not texts:
        return say(phrases.NOTHING_TO_REPEAT, *MENU)
    return Outcome(tuple(message(text) for text in texts))


async def inform(deps: Deps, heard: Heard) -> Outcome:
    """A name or a time out of the blue: do what it plainly is for, else offer what can be done with it."""
    clinic, drugs = deps.library.clinic, deps.library.drugs.mentioned(heard.text)
    if heard.form is None and _BOOK.search(heard.text):
        return Outcome(events=(FollowupAction("booking_form"),))
    if heard.form is None and drugs and _REMIND.search(heard.text):
        return Outcome(events=(FollowupAction("reminder_form"),))
    if drugs and asks_the_same(heard):
        return await answer_drug(deps, heard)
    if drugs:
        name = drugs[0].name
        said = (f"{name}怎么吃", f"{name}的副作用", f"提醒我吃{name}", "修改提醒时间")
        return say(phrases.ABOUT_DRUG.format(name=name), *map(Choice, said), drug=drugs[0].id)
    doctor, department = clinic.find_doctor(heard.text), clinic.find_department(heard.text)
    if doctor is not None:
        name = f"{doctor.name}医生"
        return say(phrases.ABOUT_PLACE.format(name=name), Choice(f"挂{name}的号"), Choice(f"{name}什么时候出诊"))
    if department is not None:
        name = department.name
        words = [f"挂{name}的号", f"{name}有哪些医生出诊", f"{name}在几楼"]
        return say(phrases.ABOUT_PLACE.format(name=name), *map(Choice, words))
    return unclear(phrases.NOT_CAUGHT) if heard.form else unclear(phrases.ABOUT_WHAT, *MENU)


async def start_over(_deps: Deps, heard: Heard) -> Outcome:
    """Forget what was being arranged. What has been booked or set stays."""
    slots = dict.fromkeys(name for name in heard.slots if name not in KEPT)
    events = (ActiveLoop(None), SlotSet("requested_slot", None))
    return Outcome((message(phrases.STARTED_OVER, MENU),), slots, events)


MENU = (*(Choice(one.label, one.say or "") for one in offers.MENU), Choice("转人工"))
