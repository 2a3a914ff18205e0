"""医院信息: address, hours, parking, where a department is; reports too, as far as it is about getting them."""

import re

from actions import phrases
from actions.answer import FALLBACK, Choice, Outcome, message, say, unclear
from actions.departments import place_of
from actions.deps import Deps
from actions.heard import Heard

_PHONE = re.compile(r"电话|联系方式|号码|怎么联系")
_REPORT = re.compile(r"报告|化验单|检查结果|片子|胶片")
_GET_REPORT = re.compile(r"取|拿|领|打印|哪里|在哪|哪儿|什么时候|多久|几天|出来|电子|补打")
FIRST_TOPICS = ("hours", "address", "parking", "insurance", "report_pickup", "payment")


async def hospital_info(deps: Deps, heard: Heard) -> Outcome:
    """One topic of the clinic's own guide, or where a department is."""
    if _REPORT.search(heard.text):
        return await ask_report(deps, heard)
    clinic = deps.library.clinic
    topic = clinic.find_topic(heard.text)
    place = place_of(deps, heard.text)
    if place is not None and (topic is None or topic.id in ("address", "hours")):
        return place
    if topic is not None:
        return Outcome((message(topic.text, (), (clinic.source,)),))
    if _PHONE.search(heard.text):
        return say(phrases.PHONE.format(name=clinic.name, phone=clinic.phone, hours=clinic.hours))
    if len(heard.text) > 6:
        return Outcome((FALLBACK,))
    titles = [(one.title, one.asked_as[0]) for one in clinic.topics if one.id in FIRST_TOPICS]
    return unclear(phrases.WHICH_TOPIC, *(Choice(title, said) for title, said in titles))


async def ask_report(deps: Deps, heard: Heard) -> Outcome:
    """Where to get a report is the clinic's business; what it means is answered from the knowledge."""
    topic = next((one for one in deps.library.clinic.topics if one.id == "report_pickup"), None)
    if topic is not None and _GET_REPORT.search(heard.text):
        return Outcome((message(topic.text, (), (deps.library.clinic.source,)),))
    return Outcome((FALLBACK,))
