"""How one person's messages become messages of WeChat: joined, for few are allowed, and split, for they are short.

Limits: a text holds 2,048 bytes (45002 beyond; a passive reply is cut there); of a menu message (msgmenu) Tencent
publishes none but refuses long lists with 45098, so those of WeCom's customer service are kept
(developer.work.weixin.qq.com/document/path/94677).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.messages import Author, Button, Kind, Message
from connectors.base import Bundle, Waiting
from connectors.numbered import hint, numbered
from connectors.plain import plain
from connectors.splitting import Names as Names
from connectors.splitting import byte_count, split

TEXT_BYTES = 2_048
MENU_BUTTONS = 10
MENU_HEAD_BYTES = 1_024
MENU_LABEL_BYTES = 128

MORE = "（还有内容，回复 1 继续）"
MORE_BESIDE_NUMBERS = "（还有内容，回复“继续”看后面的）"  # there `1` chooses
_LINE = "\n"
_BETWEEN = "\n\n"
ROOM = TEXT_BYTES - max(byte_count(_LINE + tail) for tail in (MORE, MORE_BESIDE_NUMBERS))


@dataclass(frozen=True, slots=True)
class Menu:
    """A message whose choices can be touched."""

    head: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One message of WeChat in both its forms."""

    text: str  # complete in itself: choices are a numbered list
    menu: Menu | None  # the same with choices to touch, where it fits
    more: str  # to be added where the person has to ask for what follows


def pack(waiting: Sequence[Waiting], names: Names | None = None) -> list[Bundle]:
    """Few messages of WeChat out of ours. A warning of danger, with all that follows it, overtakes what still waits."""
    warned = next((each.message.seq for each in waiting if each.message.kind is Kind.RED_FLAG), 0)
    ordered = sorted(waiting, key=lambda each: each.message.seq < warned)
    more = MORE_BESIDE_NUMBERS if any(each.message.buttons for each in waiting) else MORE
    bundles: list[Bundle] = []
    for group in _groups(ordered):
        bundles += _bundles(group, more, names)
    return [replace(bundle, more=at + 1 < len(bundles)) for at, bundle in enumerate(bundles)]


def in_reply(bundle: Bundle, *, ask: bool) -> str:
    """A bundle as text; `ask`: what follows comes only when the person asks for it."""
    body: Body = bundle.body
    return f"{body.text}{_LINE}{body.more}" if ask else body.text


def is_urgent(messages: Iterable[Message]) -> bool:
    """Whether these may take the message kept in reserve: a warning, or a nurse's words."""
    return any(message.kind is Kind.RED_FLAG or message.author is Author.NURSE for message in messages)


def is_reminder(bundle: Bundle) -> bool:
    """Whether it may also leave as a template message."""
    return bundle.messages[0].kind is Kind.REMINDER


def _groups(ordered: Iterable[Waiting]) -> list[list[Waiting]]:
    """Neighbours that fit into one text; long ones, reminders and warnings begin a group of their own."""
    groups: list[list[Waiting]] = []
    for each in ordered:
        if groups and _joins(each, groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _joins(each: Waiting, group: Sequence[Waiting]) -> bool:
    alone = (Kind.REMINDER, Kind.RED_FLAG)
    first = group[0]
    if each.message.kind in alone or first.message.kind is Kind.REMINDER or each.parts_sent or first.parts_sent:
        return False
    if each.message.seq < first.message.seq:  # what a warning has overtaken must not lengthen it
        return False
    return byte_count(_text([*(one.message for one in group), each.message])) <= ROOM


def _bundles(group: Sequence[Waiting], more: str, names: Names | None) -> list[Bundle]:
    messages = tuple(each.message for each in group)
    labels = [button.label for message in messages for button in message.buttons]
    parts = split(_text(messages), ROOM, labels, names)
    menu = _menu(messages) if len(parts) == 1 else None
    all_parts = [
        Bundle(messages, Body(part, menu, more), number, len(parts)) for number, part in enumerate(parts, start=1)
    ]
    # Never none: a message that was split otherwise before an update still ends.
    return all_parts[min(group[0].parts_sent, len(parts) - 1) :]


def _text(messages: Sequence[Message]) -> str:
    joined = _BETWEEN.join(_with_choices(message) for message in messages)
    tail = hint([button for message in messages for button in message.buttons])
    return joined + _LINE + tail if tail else joined


def _with_choices(message: Message) -> str:
    return plain(message) + _LINE + numbered(message.buttons) if message.buttons else plain(message)


def _menu(messages: Sequence[Message]) -> Menu | None:
    """Choices to touch stand at the end of a message: only the last of ours may have some."""
    *others, last = messages
    if not last.buttons or any(message.buttons for message in others):
        return None
    menu = Menu(_BETWEEN.join(plain(message) for message in messages), last.buttons)
    too_long = any(byte_count(button.label) > MENU_LABEL_BYTES for button in menu.buttons)
    if too_long or len(menu.buttons) > MENU_BUTTONS or byte_count(menu.head) > MENU_HEAD_BYTES:
        return None
    return menu
