"""The house commands of families: a code is wanted, typed, agreed to twice; who sees to a dose; the end of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import family_phrases as words
from bot.answers import Answer
from bot.conversation import Route
from bot.families import MOST, Member
from bot.family_linking import CODE_LIFE, FamilyLinking, Found, Verdict
from bot.family_rounds import FamilyRounds
from bot.family_words import SOMEBODYS, name_said, patients_of, read_code
from bot.messages import Button, Kind, Reply
from bot.pressed import Pressed
from bot.reminder_words import line

_MINUTES = int(CODE_LIFE.total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Families:
    """What the commands need."""

    linking: FamilyLinking
    rounds: FamilyRounds


FamilyCommand = Callable[[Families, Pressed], Awaitable[Answer]]


async def offer(families: Families, pressed: Pressed) -> Answer:
    """The patient wants somebody told: `args["called"]`, such as 女儿."""
    called = name_said(pressed.args.get("called", ""))
    code = await families.linking.offer(pressed.conversation, called, pressed.at)
    if code is None:
        return _say(words.FULL.format(most=MOST))
    again = Button(words.NEW_CODE, command="family_offer", args={"called": called})
    return _say(words.OFFERED.format(called=called, code=code, minutes=_MINUTES), again)


async def look(families: Families, pressed: Pressed) -> Answer:
    """A code was typed (`args["code"]`): say what the member will see, and ask."""
    code = read_code(pressed.args.get("code", "")) or ""
    found = await families.linking.look(pressed.conversation, code, pressed.at)
    if found.verdict is not Verdict.FREE:
        return _say(_verdict_words(found))
    return _say(words.CONSENT_ASKED.format(called=found.called), *_choices(found))


async def join(families: Families, pressed: Pressed) -> Answer:
    """The member agrees."""
    args = pressed.args
    found = await families.linking.join(
        pressed.conversation, args.get("offer", ""), args.get("patient", ""), pressed.at
    )
    return _say(words.JOINED if found.verdict is Verdict.WAITING else _verdict_words(found))


async def decline(_families: Families, _pressed: Pressed) -> Answer:
    """The member does not want to; the code stays good for whom it was meant until it expires."""
    return _say(words.DECLINED)


async def agree(families: Families, pressed: Pressed) -> Answer:
    """The patient agrees."""
    found = await families.linking.agree(pressed.conversation, pressed.args.get("family", ""), pressed.at)
    if found.verdict in (Verdict.AGREED, Verdict.ALREADY):
        return _say(words.BEGUN.format(who=_named(found.called, found.channel)))
    return _say(words.FULL.format(most=MOST) if found.verdict is Verdict.FULL else words.ASK_GONE)


async def refuse(families: Families, pressed: Pressed) -> Answer:
    """The patient does not know this person, or does not want it."""
    found = await families.linking.refuse(pressed.conversation, pressed.args.get("family", ""), pressed.at)
    return _say(words.REFUSED.format(called=found.called) if found.verdict is Verdict.ENDED else words.ASK_GONE)


async def end(families: Families, pressed: Pressed) -> Answer:
    """The patient wants nobody told any more, or one of them not (`args["family"]`: an id, or `all`)."""
    told = await families.linking.told(pressed.conversation)
    ending = _meant(told, pressed)
    if not told or not ending:
        return _say(words.NOBODY) if not told else _which(told, words.WHO_ENDS, "family_end", lambda one: one.called)
    await families.linking.end(pressed.conversation, ending, pressed.at)
    return _say(words.ENDED.format(who="、".join(one.called for one in ending)))


async def leave(families: Families, pressed: Pressed) -> Answer:
    """The member wants to be told no more."""
    patients = await families.linking.patients(pressed.conversation)
    ending = _meant(patients, pressed)
    if not patients or not ending:
        asks = _which(patients, words.WHO_LEAVES, "family_leave", lambda one: one.patient)
        return asks if patients else _say(words.OF_NOBODY)
    await families.linking.end(pressed.conversation, ending, pressed.at)
    return _say(words.LEFT.format(patient="、".join(one.patient for one in ending)))


async def taken(families: Families, pressed: Pressed) -> Answer:
    """The member says that the patient has taken it."""
    args = pressed.args
    done = await families.rounds.taken(pressed.conversation, args.get("family", ""), args.get("round", ""), pressed.at)
    patient = done.member.patient or SOMEBODYS
    if done.taken:
        return _say(words.THANKS_TAKEN.format(patient=patient, what="、".join(line(dose) for dose in done.taken)))
    return _say((words.TOO_LATE if done.too_late else words.ENDED_BEFORE).format(patient=patient))


async def sees(families: Families, pressed: Pressed) -> Answer:
    """The member will ask the patient."""
    args = pressed.args
    done = await families.rounds.sees(pressed.conversation, args.get("family", ""), args.get("round", ""), pressed.at)
    button = Button(words.TAKEN, command="family_taken", args={"family": done.member.id, "round": args["round"]})
    return _say(words.THANKS_SEES.format(patient=done.member.patient or SOMEBODYS), button)


def _verdict_words(found: Found) -> str:
    said = {
        Verdict.WAITING: words.WAITING,
        Verdict.ALREADY: words.ALREADY,
        Verdict.ONESELF: words.ONESELF,
        Verdict.FULL: words.FULL.format(most=MOST),
        Verdict.TRIED: words.TRIED.format(minutes=_MINUTES),
    }
    return said.get(found.verdict, words.GONE)


def _choices(found: Found) -> Sequence[Button]:
    """Agreeing says at once who the patient is to the member."""
    patients = patients_of(found.called)
    labels = [words.AGREE] if len(patients) == 1 else [words.AGREE_AS.format(patient=_mine(each)) for each in patients]
    agreeing = [
        Button(label, command="family_join", args={"offer": found.offer, "patient": patient})
        for label, patient in zip(labels, patients, strict=True)
    ]
    return (*agreeing, Button(words.DECLINE, command="family_decline"))


def _mine(patient: str) -> str:
    """您母亲 as she who presses says it: 我母亲."""
    return patient.replace("您", "我", 1)


def _meant(members: Sequence[Member], pressed: Pressed) -> Sequence[Member]:
    """Whom the person means: the only one, the one named, all; none where that has to be asked."""
    wanted = pressed.args.get("family", "")
    if wanted == "all" or (not wanted and len(members) == 1):
        return members
    return [one for one in members if one.id == wanted]


def _which(members: Sequence[Member], question: str, command: str, label: Callable[[Member], str]) -> Answer:
    each = [Button(label(one), command=command, args={"family": one.id}) for one in members]
    return _say(question.format(count=len(members)), *each, Button(words.ALL, command=command, args={"family": "all"}))


def _named(called: str, channel: str) -> str:
    return f"{called}（{words.name_of(channel)}）" if channel else called


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(Route.COMMAND, (Reply(text, buttons, kind=Kind.NOTICE),))


FAMILY_COMMANDS: Mapping[str, FamilyCommand] = {
    "family_offer": offer,
    "family_look": look,
    "family_join": join,
    "family_decline": decline,
    "family_agree": agree,
    "family_refuse": refuse,
    "family_end": end,
    "family_leave": leave,
    "family_taken": taken,
    "family_sees": sees,
}
