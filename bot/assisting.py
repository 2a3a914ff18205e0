"""The assistant's turn: consent, what we asked back, every matter of the words; Rasa first, then the knowledge."""

import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from bot import phrases
from bot.answers import Answer, Asked, joined
from bot.asking_back import answers_it, told_with
from bot.consent import read_consent
from bot.conversation import Route
from bot.errors import ActionsUnavailable, RasaUnavailable
from bot.hops import Hops
from bot.house import House
from bot.matters import Matter, answers_form, opens_form
from bot.messages import Button, Kind, Reply
from bot.offers import MENU, OFFER_HUMAN
from bot.patience import LOOK_BACK, misses_in_a_row, patiently
from bot.refusals import Refusal, refuse
from bot.responders.failed import failed
from bot.responders.llm import not_known
from knowledge.refusals import Offer

log = logging.getLogger(__name__)

INSTEAD = {Offer.HANDOFF: OFFER_HUMAN, Offer.BOOKING: MENU[0]}
KNOWN_ALL_THE_SAME = frozenset({"change_dose", "diagnose", "promise"})  # refusals that have a medical question in them
TOO_OFTEN = 3  # contacts with one complaint within 72 hours


async def assist(house: House, asked: Asked, hops: Hops) -> Answer:
    """Answer the words of a person. Raises StoreUnavailable."""
    shares, text = read_consent(asked.text)
    if shares is not None:
        asked = replace(asked, text=text, notes=replace(asked.notes, shares_list=shares))
    if not text:
        words = phrases.LIST_SHARED if shares else phrases.LIST_NOT_SHARED
        return Answer(Route.STRUCTURED, (Reply(words),), notes=asked.notes)
    answer = await _told_back(house, asked, hops) or await _matter_by_matter(house, asked, hops)
    answer = replace(answer, notes=answer.notes or replace(asked.notes, asked=""))
    return await _settled(house, asked, answer)


async def _told_back(house: House, asked: Asked, hops: Hops) -> Answer | None:
    """What we asked back was answered: the question is answered with it, Rasa has no part in that."""
    question = asked.notes.asked
    if not question or not answers_it(asked.text):
        return None
    told = replace(asked, text=told_with(question, asked.text), told_back=True)
    try:
        return await _know(house, told, hops) or not_known()
    except ActionsUnavailable as error:
        return failed(error, house.phone())


async def _matter_by_matter(house: House, asked: Asked, hops: Hops) -> Answer:
    """Every matter of the words, in order. Two can't be arranged at once: the second waits for the first."""
    waiting = deque(await _matters(house, asked, hops))
    answers: list[Answer] = []
    while waiting and not (answers and answers[-1].change):
        matter = waiting.popleft()
        part = replace(asked, text=matter.text)
        asking = answers[-1].question if answers else None
        if asking and opens_form(matter):
            answers.append(await _put_off(house, part, [matter, *waiting], asking))
            break
        answers.append(_asking_still(await _serve(house, part, asking, hops), asking, matter))
        if answers[-1].then:
            waiting.extend(await _matters(house, replace(asked, text=answers[-1].then), hops))
    return joined(answers)


def _asking_still(answer: Answer, asking: Reply | None, matter: Matter) -> Answer:
    """After an aside a form asks anew, without what it had to say at first (明天没有门诊): its first words stay."""
    return replace(answer, question=asking) if asking and answer.question and not answers_form(matter) else answer


async def _matters(house: House, asked: Asked, hops: Hops) -> Sequence[Matter]:
    try:
        with hops.time("matters"):
            return await house.rasa.matters(asked)
    except RasaUnavailable:
        return (Matter(asked.text),)


async def _put_off(house: House, asked: Asked, matters: Sequence[Matter], question: Reply) -> Answer:
    words = phrases.AND_ALSO.join(matter.text for matter in matters)
    try:
        await house.rasa.put_off(asked, words)
    except RasaUnavailable:
        return replace(_rasa_down(replace(asked, text=words)), question=question)
    return Answer(Route.STRUCTURED, (Reply(phrases.PUT_OFF.format(words=words)),), question=question)


async def _serve(house: House, asked: Asked, asking: Reply | None, hops: Hops) -> Answer:
    """Answer one matter. Its failure ends here: what was done for the matters before it must be told all the same."""
    if refusal := refuse(asked.text, house.refusals):
        return replace(await _refused(house, asked, refusal, hops), question=asking)
    try:
        return await _served(house, asked, asking, hops)
    except ActionsUnavailable as error:
        return replace(failed(error, house.phone()), question=asking)


async def _refused(house: House, asked: Asked, refusal: Refusal, hops: Hops) -> Answer:
    """What we do not do, and what we know of it all the same: who asks to halve a dose shall hear what halving does."""
    buttons = tuple(INSTEAD[offer] for offer in refusal.offers)
    sources = (refusal.source,) if refusal.source else ()
    log.info("refused", extra={"action": "refused", "kind": refusal.kind})
    said = Reply(refusal.say, buttons, sources)
    known = None
    if refusal.kind in KNOWN_ALL_THE_SAME:
        with contextlib.suppress(ActionsUnavailable):  # it was logged; the refusal stands without
            known = await _know(house, replace(asked, told_back=True), hops)
    more = known.replies if known and not known.missed else ()
    return Answer(Route.REFUSED, (said, *more), notes=known.notes if known else None)


async def _served(house: House, asked: Asked, asking: Reply | None, hops: Hops) -> Answer:
    """Rasa first; what it is not sure of, or can't do now, goes to the knowledge."""
    try:
        answer = await _rasa(house, asked, hops)
    except RasaUnavailable:
        return replace(await _know(house, asked, hops) or _rasa_down(asked), question=asking)
    if not answer.unsure:
        return answer
    known = await _know(house, replace(asked, odd=answer.odd and answer.question is None), hops)
    if known is not None and known.restated:
        return await _rescued(house, asked, known, hops) or not_known()
    if answer.replies and (known is None or known.missed):
        return _either(answer, known)
    known = known or not_known()
    besides = (reply for reply in answer.replies if not reply.missed)
    return replace(known, replies=(*known.replies, *besides), question=answer.question)


def _either(answer: Answer, known: Answer | None) -> Answer:
    """Rasa's way on, and the passages that come near: all of them as choices of one reply."""
    if known is None or not known.replies:
        return answer
    first, *rest = answer.replies
    choices = [one for one in known.replies[0].buttons if one.say and one not in first.buttons]
    return replace(answer, replies=(replace(first, buttons=(*choices, *first.buttons)), *rest))


async def _rescued(house: House, asked: Asked, meant: Answer, hops: Hops) -> Answer | None:
    """Rasa reads the wish in plain words; should it not know these either, the words were a question after all."""
    try:
        answer = await _rasa(house, replace(asked, text=meant.restated), hops)
    except RasaUnavailable:
        return _rasa_down(asked)
    if answer.unsure or answer.missed:
        return await _know(house, asked, hops)
    return replace(answer, rescued=meant.rescued)


async def _rasa(house: House, asked: Asked, hops: Hops) -> Answer:
    with hops.time("rasa"):
        return await house.rasa.respond(asked) or Answer(Route.FALLBACK, unsure=True)


async def _know(house: House, asked: Asked, hops: Hops) -> Answer | None:
    with hops.time("knowledge"):
        return await house.llm.respond(asked)


async def _settled(house: House, asked: Asked, answer: Answer) -> Answer:
    """The answer as it is said: a form's question comes last; words missed again and again get a way out."""
    missed = answer.missed
    if missed:
        said = await house.store.last(asked.conversation, LOOK_BACK)
        before = misses_in_a_row([message for message in said if message.seq < asked.inbound.seq])
        answer = patiently(answer, before, house.phone())
    replies = (*answer.replies, *_recurring(asked), *filter(None, [answer.question]))
    return replace(answer, replies=tuple(replace(reply, missed=missed) for reply in replies))


def _recurring(asked: Asked) -> Sequence[Reply]:
    """A complaint told for the third time within three days is no small matter any more."""
    before, now = asked.conversation.notes, asked.notes
    often = [one for one in now.complaints if len(one.times) >= max(TOO_OFTEN, before.contacts(one.key) + 1)]
    if not often:
        return ()
    words = phrases.RECURRING.format(times=len(often[-1].times), words=often[-1].words)
    return (Reply(words, (OFFER_HUMAN,), kind=Kind.NOTICE),)


def _rasa_down(asked: Asked) -> Answer:
    buttons = (Button(phrases.SAY_AGAIN, say=asked.text), OFFER_HUMAN)
    return Answer(Route.FALLBACK, (Reply(phrases.RASA_DOWN, buttons),))
