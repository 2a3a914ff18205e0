"""The house commands of linking: a code was scanned, consent given or refused, the link left."""

from collections.abc import Sequence
from datetime import datetime

from bot import link_phrases as words
from bot.answers import Answer
from bot.conversation import Route
from bot.linking import Linking, Verdict
from bot.linking_words import read_code
from bot.messages import Button, Kind, Reply
from bot.pressed import Pressed
from schedules.clock import local

_SAID = {
    Verdict.ALREADY: words.ALREADY,
    Verdict.GONE: words.GONE,
    Verdict.ELSEWHERE: words.LINKED_ELSEWHERE,
    Verdict.NURSE: words.NURSE_HAS_IT,
    Verdict.BUSY: words.BUSY,
}


async def link(linking: Linking, pressed: Pressed) -> Answer:
    """A code was scanned or typed (`args["code"]`): ask for consent in plain words."""
    code = read_code(pressed.args.get("code", ""))
    if code is None:
        return _say(words.GONE)
    found = await linking.look(pressed.conversation, code, pressed.at)
    if found.verdict is not Verdict.FREE:
        return _say(_SAID[found.verdict])
    return _say(words.CONSENT_ASKED, *_choices(found.offer))


async def link_agree(linking: Linking, pressed: Pressed) -> Answer:
    """Consent was given."""
    offer = pressed.args.get("offer", "")
    done = await linking.consent(pressed.conversation, offer, pressed.at)
    if done.verdict is Verdict.BUSY:
        return _say(words.BUSY, *_choices(offer))  # a channel of numbers has no old button to press again
    if done.verdict is not Verdict.LINKED:
        return _say(_SAID[done.verdict])
    said = [words.LINKED]
    if done.moved.doubles:
        said.append(words.DOUBLES.format(times=_times(done.moved.doubles)))
    if done.moved.twice:
        said.append(words.TWICE.format(drugs="、".join(done.moved.twice)))
    return Answer(Route.COMMAND, (Reply("\n".join(said), kind=Kind.NOTICE),), notes=done.notes)


async def link_refuse(_linking: Linking, _pressed: Pressed) -> Answer:
    """Consent was refused; the code stays good for who may have it until it expires."""
    return _say(words.DECLINED)


async def unlink(linking: Linking, pressed: Pressed) -> Answer:
    """The person leaves, on either side."""
    parted = await linking.leave(pressed.conversation, pressed.at)
    if parted.busy:
        return _say(words.LEAVING_BUSY)
    if not parted.pages:
        return _say(words.NOT_LINKED)
    said = words.LEFT_FROM_PAGE.format(where=parted.kept_in) if parted.kept_in else words.LEFT
    return Answer(Route.COMMAND, (Reply(said, kind=Kind.NOTICE),), notes=parted.notes)


def _choices(offer: str) -> tuple[Button, Button]:
    return (
        Button(words.AGREE, command="link_agree", args={"offer": offer}),
        Button(words.DECLINE, command="link_refuse"),
    )


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(Route.COMMAND, (Reply(text, buttons, kind=Kind.NOTICE),))


def _times(starts: Sequence[datetime]) -> str:
    return "、".join(local(start).strftime("%-m月%-d日 %H:%M") for start in starts)
