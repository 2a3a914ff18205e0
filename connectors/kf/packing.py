"""How messages go over KF's wire: few, because a person's word allows five. Pure.

Texts have 2,048 bytes; a menu's head 1,024, each of its lines 128 (developer.work.weixin.qq.com/document/path/94677).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Author, Kind, Message
from connectors.base import Bundle, Waiting
from connectors.numbered import hint, label, numbered
from connectors.plain import plain
from connectors.splitting import Names, byte_count, split

TEXT_BYTES = 2_048
HEAD_BYTES = 1_024
LABEL_BYTES = 128
MENU_LINES = 10
TAIL = "\n（还有内容，回复“继续”接着看）"
_ROOM = TEXT_BYTES - len(TAIL.encode())
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Screen:
    """The body of a bundle."""

    text: str
    menu: tuple[tuple[str, str], ...] = ()  # button id and label


def pack(waiting: Sequence[Waiting], names: Names | None = None) -> list[Bundle]:
    """Warnings of danger come first. Whole messages are joined while they fit; one with buttons ends its bundle; a
    long one goes alone in parts, a reminder alone.
    """
    ordered = sorted(waiting, key=lambda each: each.message.kind is not Kind.RED_FLAG)
    bundles = list(_bundles(ordered, names))
    return [
        Bundle(each.messages, each.body, each.part, each.parts, more=n < len(bundles))
        for n, each in enumerate(bundles, 1)
    ]


def _bundles(waiting: Sequence[Waiting], names: Names | None) -> Iterator[Bundle]:
    together: list[Message] = []
    for each in waiting:
        if together and not _joins(each, together):
            yield _joined(together)
            together = []
        if each.parts_sent or not _fits([each.message]):
            yield from _in_parts(each, names)
        else:
            together.append(each.message)
    if together:
        yield _joined(together)


def may_use_reserve(messages: Sequence[Message]) -> bool:
    """Whether these may take the message kept in reserve: a warning, a nurse's words, the time of a dose."""
    kinds = (Kind.RED_FLAG, Kind.REMINDER)
    return any(message.kind in kinds or message.author is Author.NURSE for message in messages)


def _joins(each: Waiting, together: Sequence[Message]) -> bool:
    apart = each.message.kind in (Kind.RED_FLAG, Kind.REMINDER) or together[0].kind is Kind.REMINDER
    return not (apart or together[-1].buttons or each.parts_sent) and _fits([*together, each.message])


def _fits(messages: Sequence[Message]) -> bool:
    return byte_count(_words(messages)) <= _ROOM


def _words(messages: Sequence[Message]) -> str:
    """All that is said, the buttons as a list: a menu never takes more room than this."""
    return _BETWEEN.join(_with_choices(message) for message in messages)


def _joined(messages: Sequence[Message]) -> Bundle:
    head = _BETWEEN.join(plain(message) for message in messages)
    menu = tuple((one.id, label(one) if one.number else one.label) for one in messages[-1].buttons)
    small = len(menu) <= MENU_LINES and all(byte_count(label) <= LABEL_BYTES for _, label in menu)
    if menu and small and byte_count(head) <= HEAD_BYTES:
        return Bundle(tuple(messages), Screen(head, menu))
    return Bundle(tuple(messages), Screen(_words(messages)))


def _in_parts(each: Waiting, names: Names | None) -> Iterator[Bundle]:
    parts = split(_with_choices(each.message), _ROOM, names=names)
    for part, text in enumerate(parts, 1):
        if part > each.parts_sent:
            yield Bundle((each.message,), Screen(text), part, len(parts))


def _with_choices(message: Message) -> str:
    lines = (plain(message), numbered(message.buttons), hint(message.buttons))
    return "\n".join(line for line in lines if line)
