"""The closed list of what a button of ours may do. Nothing to understand here, so Rasa is not asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import phrases
from bot.answers import Answer, HandoffWanted
from bot.conversation import Route
from bot.dose_commands import DOSE_COMMANDS, DoseCommand
from bot.errors import UnknownButton
from bot.family_commands import FAMILY_COMMANDS, FamilyCommand
from bot.follow_up_commands import FOLLOW_UP_COMMANDS, FollowUpCommand
from bot.house import House
from bot.link_commands import link, link_agree, link_refuse, unlink
from bot.messages import Reply
from bot.occasion_commands import OCCASION_COMMANDS, OccasionCommand
from bot.offers import MENU, OFFER_HUMAN, PRACTISE
from bot.practice_commands import PRACTICE_COMMANDS, PracticeCommand, join_class
from bot.pressed import Pressed
from bot.responders.nurse import stop_waiting

Command = Callable[[House, Pressed], Awaitable[Answer]]


async def run_command(name: str, house: House, pressed: Pressed) -> Answer:
    """Do what a button says; the audit keeps which one. Raises UnknownButton for a command that is not ours."""
    command = COMMANDS.get(name)
    if command is None:
        raise UnknownButton
    return replace(await command(house, pressed), done=name)


def _of_doses(command: DoseCommand) -> Command:
    """A command that needs the regimens alone."""

    async def run(house: House, pressed: Pressed) -> Answer:
        return await command(house.regimens, pressed)

    return run


def _of_family(command: FamilyCommand) -> Command:
    """A command that needs the families alone."""

    async def run(house: House, pressed: Pressed) -> Answer:
        return await command(house.families, pressed)

    return run


def _of_follow_up(command: FollowUpCommand) -> Command:
    """A command that needs the follow-ups alone."""

    async def run(house: House, pressed: Pressed) -> Answer:
        return await command(house.follow_ups, pressed)

    return run


def _of_practice(command: PracticeCommand) -> Command:
    """A command that needs the cases alone."""

    async def run(house: House, pressed: Pressed) -> Answer:
        return await command(house.outcomes.cases, pressed)

    return run


def _of_occasion(command: OccasionCommand) -> Command:
    """A command that needs nothing of the house."""

    async def run(_house: House, pressed: Pressed) -> Answer:
        return await command(pressed)

    return run


async def _request_human(_house: House, _pressed: Pressed) -> Answer:
    return Answer(Route.COMMAND, change=HandoffWanted(phrases.HANDOFF_REASON_ASKED))


async def _cancel_handoff(house: House, pressed: Pressed) -> Answer:
    return await stop_waiting(house.handoffs, pressed.conversation)


async def _welcome(house: House, pressed: Pressed) -> Answer:
    """Somebody came: by following, by a code on a poster. A place of the hospital may have words of its own."""
    words = pressed.args.get("words") or phrases.WELCOME.format(name=house.name(), phone=house.phone())
    practice = (PRACTISE,) if pressed.args.get("practice") else ()
    return Answer(Route.COMMAND, (Reply(words, (*practice, *MENU, OFFER_HUMAN)),))


async def _say_again(_house: House, _pressed: Pressed) -> Answer:
    return Answer(Route.COMMAND, (Reply(phrases.HEARD_AGAIN),))


async def _link(house: House, pressed: Pressed) -> Answer:
    return await link(house.linking, pressed)


async def _link_agree(house: House, pressed: Pressed) -> Answer:
    return await link_agree(house.linking, pressed)


async def _link_refuse(house: House, pressed: Pressed) -> Answer:
    return await link_refuse(house.linking, pressed)


async def _join_class(house: House, pressed: Pressed) -> Answer:
    return await join_class(house.learners, pressed)


async def _unlink(house: House, pressed: Pressed) -> Answer:
    return await unlink(house.linking, pressed)


COMMANDS: Mapping[str, Command] = {
    **{name: _of_doses(command) for name, command in DOSE_COMMANDS.items()},
    **{name: _of_family(command) for name, command in FAMILY_COMMANDS.items()},
    **{name: _of_follow_up(command) for name, command in FOLLOW_UP_COMMANDS.items()},
    **{name: _of_occasion(command) for name, command in OCCASION_COMMANDS.items()},
    **{name: _of_practice(command) for name, command in PRACTICE_COMMANDS.items()},
    "request_human": _request_human,
    "cancel_handoff": _cancel_handoff,
    "welcome": _welcome,
    "say_again": _say_again,
    "link": _link,
    "link_agree": _link_agree,
    "link_refuse": _link_refuse,
    "unlink": _unlink,
    "join_class": _join_class,
}
