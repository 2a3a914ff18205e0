"""The buttons of a reminder: taken, later, left out and why, each alone; and those of the family."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import phrases
from bot.answers import Answer
from bot.conversation import Route
from bot.errors import NotFound, UnknownButton
from bot.messages import Button, Kind, Reply
from bot.offers import OFFER_HUMAN
from bot.pressed import Pressed
from bot.regimens import DueDose, Regimens, Settled
from bot.reminder_words import line
from schedules.clock import local
from schedules.doses import SNOOZE_MINUTES, Outcome, Reason, SnoozeRefused

NEXT_STEPS: Mapping[Reason, str] = {
    Reason.NOT_AT_HAND: phrases.SKIPPED_NOT_AT_HAND,
    Reason.UNWELL: phrases.SKIPPED_UNWELL,
    Reason.BETTER: phrases.SKIPPED_BETTER,
    Reason.NONE_LEFT: phrases.SKIPPED_NONE_LEFT,
    Reason.OTHER: phrases.SKIPPED_OTHER,
}
"""Each reason has its own next step: why a dose was left out decides what helps."""


DoseCommand = Callable[[Regimens, Pressed], Awaitable[Answer]]


async def taken(regimens: Regimens, pressed: Pressed) -> Answer:
    """One dose, or all of a round. What has been missed meanwhile is asked after: taken then, or not at all?"""
    if "round" in pressed.args:
        return await _all_taken(regimens, pressed)
    dose = await _dose(regimens, pressed)
    if dose.outcome in (Outcome.MISSED, Outcome.UNDELIVERABLE) and pressed.args.get("then") is None:
        return _ask_when(dose)
    then = dose.planned_at if "then" in pressed.args else pressed.at
    settled = await _settle(regimens, replace(pressed, at=then), Outcome.TAKEN, told_at=pressed.at)
    return _say(phrases.DOSE_TAKEN.format(drug=dose.drug) if settled.changed else phrases.DOSE_SETTLED)


async def snoozed(regimens: Regimens, pressed: Pressed) -> Answer:
    """Put off by the minutes of the button."""
    minutes = _minutes(pressed.args.get("minutes", ""))
    try:
        ended = await _settle_any(regimens, pressed, Outcome.SNOOZED, minutes)
    except SnoozeRefused as refused:
        return _say(phrases.SNOOZE_REFUSED.format(why=refused))
    return _say(phrases.DOSE_SNOOZED.format(minutes=minutes, drug=_drugs(ended)) if ended else phrases.DOSE_SETTLED)


async def skipped(regimens: Regimens, pressed: Pressed) -> Answer:
    """Left out; the reason is asked for at once, since it decides what helps."""
    ended = await _settle_any(regimens, pressed, Outcome.SKIPPED)
    if not ended:
        return _say(phrases.DOSE_SETTLED)
    args = {name: pressed.args[name] for name in ("dose", "round") if name in pressed.args}
    reasons = tuple(Button(each.chinese, command="dose_reason", args=args | {"reason": each}) for each in Reason)
    words = phrases.DOSE_SKIPPED.format(drug=_drugs(ended))
    return Answer(Route.COMMAND, (Reply(f"{words}\n{phrases.WHY_SKIPPED}", reasons),))


async def reasoned(regimens: Regimens, pressed: Pressed) -> Answer:
    """Why it was left out, and what helps then."""
    try:
        reason = Reason(pressed.args.get("reason", ""))
    except ValueError:
        raise UnknownButton from None
    about = await _of_round(regimens, pressed) if "round" in pressed.args else [await _dose(regimens, pressed)]
    skipped_ones = [dose for dose in about if dose.outcome is Outcome.SKIPPED]
    for dose in skipped_ones:
        await regimens.give_reason(pressed.conversation.clinic, dose.id, reason, pressed.conversation.person)
    words = NEXT_STEPS[reason].format(drug="、".join(dose.drug for dose in skipped_ones or about))
    offer = (OFFER_HUMAN,) if reason in (Reason.UNWELL, Reason.BETTER, Reason.NONE_LEFT) else ()
    return Answer(Route.COMMAND, (Reply(words, offer),))


async def each_alone(regimens: Regimens, pressed: Pressed) -> Answer:
    """The open doses of a round, each with its own buttons."""
    found = [dose for dose in await _of_round(regimens, pressed) if dose.outcome is None]
    if not found:
        return _say(phrases.DOSE_SETTLED)
    return Answer(Route.COMMAND, (Reply(phrases.WHICH_TAKEN), *(Reply(line(each), _buttons(each)) for each in found)))


def _buttons(dose: DueDose) -> tuple[Button, ...]:
    args = {"dose": dose.id}
    return (
        Button(phrases.TAKEN, command="dose_taken", args=args),
        Button(phrases.SKIP, command="dose_skip", args=args),
    )


async def _all_taken(regimens: Regimens, pressed: Pressed) -> Answer:
    found = await _of_round(regimens, pressed)
    ended = await _settle_round(regimens, pressed, Outcome.TAKEN)
    if ended:
        return _say(phrases.DOSES_TAKEN.format(what=_drugs(ended)))
    late = [dose for dose in found if dose.outcome in (Outcome.MISSED, Outcome.UNDELIVERABLE)]
    return _ask_when(*late) if late else _say(phrases.DOSE_SETTLED)


def _ask_when(*late: DueDose) -> Answer:
    """Too late to be taken now; one taken in time and told late is no miss."""
    replies = []
    for dose in late:
        args = {"dose": dose.id, "then": "yes"}
        buttons = (
            Button(phrases.TAKEN_THEN, command="dose_taken", args=args),
            Button(phrases.NOT_TAKEN, command="dose_left", args=args),
        )
        time = f"{local(dose.planned_at):%H:%M}"
        replies.append(Reply(phrases.TOLD_LATE.format(drug=dose.drug, time=time), buttons))
    return Answer(Route.COMMAND, tuple(replies))


async def left(_regimens: Regimens, _pressed: Pressed) -> Answer:
    """It was not taken and it is too late now: nothing changes, and what to do is said."""
    return _say(phrases.LEAVE_OUT)


async def _settle_any(
    regimens: Regimens, pressed: Pressed, outcome: Outcome, minutes: int = SNOOZE_MINUTES[0]
) -> Sequence[Settled]:
    """The dose, or the open ones of the round; empty when they had ended before."""
    if "round" in pressed.args:
        return await _settle_round(regimens, pressed, outcome, minutes)
    one = await _settle(regimens, pressed, outcome, minutes)
    return [one] if one.changed else []


def _drugs(ended: Sequence[Settled]) -> str:
    return "、".join(each.dose.drug for each in ended)


async def _settle(
    regimens: Regimens,
    pressed: Pressed,
    outcome: Outcome,
    minutes: int = SNOOZE_MINUTES[0],
    told_at: datetime | None = None,
) -> Settled:
    conversation = pressed.conversation
    try:
        return await regimens.settle(
            conversation.clinic, pressed.args.get("dose", ""), outcome, pressed.at,
            minutes=minutes, person=conversation.person, told_at=told_at,
        )  # fmt: skip
    except NotFound:
        raise UnknownButton from None


async def _settle_round(
    regimens: Regimens, pressed: Pressed, outcome: Outcome, minutes: int = SNOOZE_MINUTES[0]
) -> Sequence[Settled]:
    conversation = pressed.conversation
    try:
        return await regimens.settle_round(
            conversation.clinic, pressed.args.get("round", ""), outcome, pressed.at,
            minutes=minutes, person=conversation.person,
        )  # fmt: skip
    except NotFound:
        raise UnknownButton from None


async def _of_round(regimens: Regimens, pressed: Pressed) -> Sequence[DueDose]:
    conversation = pressed.conversation
    try:
        return await regimens.of_round(conversation.clinic, pressed.args.get("round", ""), conversation.person)
    except NotFound:
        raise UnknownButton from None


async def _dose(regimens: Regimens, pressed: Pressed) -> DueDose:
    conversation = pressed.conversation
    try:
        return await regimens.dose(conversation.clinic, pressed.args.get("dose", ""), conversation.person)
    except NotFound:
        raise UnknownButton from None


def _minutes(said: str) -> int:
    return int(said) if said in {str(each) for each in SNOOZE_MINUTES} else SNOOZE_MINUTES[0]


def _say(words: str, kind: Kind = Kind.TEXT) -> Answer:
    return Answer(Route.COMMAND, (Reply(words, kind=kind),))


DOSE_COMMANDS: Mapping[str, DoseCommand] = {
    "dose_taken": taken,
    "dose_snooze": snoozed,
    "dose_skip": skipped,
    "dose_reason": reasoned,
    "dose_each": each_alone,
    "dose_left": left,
}
