"""Telegram as the bot's people and the bot see it. Tests and the phone page drive it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from deploy.standin.telegram.chats import Bucket, Chat, Shown, new_chat
from deploy.standin.telegram.settings import Faults, Refused, StandInBot, bad

BOT_ID = 123456
FIRST_UPDATE = 700_000_000
MEDIA: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "photo": lambda file: [dict(file, width=90, height=90), dict(file, file_id=f"{file['file_id']}-big", width=800,
                                                                height=800)],
    "voice": lambda file: dict(file, duration=3, mime_type="audio/ogg"),
    "video": lambda file: dict(file, duration=3, width=320, height=240),
    "document": lambda file: dict(file, file_name="化验单.pdf", mime_type="application/pdf"),
    "sticker": lambda file: dict(
        file, width=512, height=512, is_animated=False, is_video=False, emoji="👍", type="regular"
    ),
    "location": lambda _: {"latitude": 39.9, "longitude": 116.4},
}  # fmt: skip
CONTENT: Mapping[str, bytes] = {
    "photo": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "voice": b"OggS\x00\x02", "document": b"%PDF-1.7\n",
    "video": b"\x00\x00\x00\x18ftypmp42", "sticker": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
}  # fmt: skip
"""How a file of each kind begins."""


@dataclass(slots=True)
class Webhook:
    """Where updates are sent to, and how that went."""

    url: str
    secret: str
    last_error: str = ""
    last_error_at: int = 0


@dataclass(slots=True)
class Telegram:
    """The server's memory. Numbers of people are given by whoever plays them."""

    bot: StandInBot = field(default_factory=StandInBot)
    faults: Faults = field(default_factory=Faults)
    now: Callable[[], float] = time.monotonic  # seconds, only forward
    unix: Callable[[], float] = time.time
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)  # that the bot has not taken yet
    allowed: tuple[str, ...] = ()  # empty: all
    webhook: Webhook | None = None
    menu: list[dict[str, str]] = field(default_factory=list)
    pressed: dict[str, tuple[int, float]] = field(default_factory=dict)  # query: chat, pressed at
    calls: list[tuple[str, int]] = field(default_factory=list)  # method and chat, as they came
    files: dict[str, bytes] = field(default_factory=dict)
    fetchers: int = 0  # how many have asked for updates; the newest one gets them
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # an update waits, or the webhook is another
    everyone: Bucket = field(init=False)
    _update_numbers: Iterator[int] = field(default_factory=lambda: count(FIRST_UPDATE))
    _queries: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.everyone = Bucket(self.bot.all_per_s, self.bot.all_per_s, self.bot.all_per_s)

    def chat(self, user: int) -> Chat:
        """A person's chat with the bot."""
        return self.chats.setdefault(user, new_chat(user, f"学员{user}", self.bot))

    def texts(self, user: int) -> list[str]:
        """What the bot has said to a person, as the phone shows it now."""
        return [shown.text for shown in self.chat(user).messages if shown.from_bot]

    def start(self, user: int, payload: str = "") -> int:
        """The person opens the bot, perhaps by a t.me/…?start= link."""
        return self.say(user, f"/start {payload}".strip())

    def say(self, user: int, text: str) -> int:
        """The person writes; the number of the message."""
        chat = self.chat(user)
        chat.started = True
        shown = chat.add(from_bot=False, text=text, at=int(self.unix()))
        self._update("message", self.on_wire(chat, shown))
        return shown.number

    def send(self, user: int, kind: str, caption: str = "") -> int:
        """The person sends a photo, voice, video, document, sticker or place."""
        chat = self.chat(user)
        chat.started = True
        file_id = f"{kind}-{len(self.files) + 1}"
        self.files |= dict.fromkeys((file_id, f"{file_id}-big"), CONTENT.get(kind, b"?"))
        media = {
            kind: MEDIA[kind]({"file_id": file_id, "file_unique_id": file_id, "file_size": len(self.files[file_id])})
        }
        shown = chat.add(from_bot=False, text=caption, at=int(self.unix()), media=media)
        self._update("message", self.on_wire(chat, shown))
        return shown.number

    def edit(self, user: int, number: int, text: str) -> None:
        """The person corrects a message of theirs."""
        chat = self.chat(user)
        shown = chat.find(number, "message not found")
        shown.text, shown.edited = text, True
        self._update("edited_message", self.on_wire(chat, shown) | {"edit_date": int(self.unix())})

    def press(self, user: int, label: str, number: int | None = None) -> str:
        """The person presses a button of the newest message that has it, or of a certain one. Raises Refused."""
        chat = self.chat(user)
        for shown in reversed(chat.messages):
            for button in (button for row in shown.rows for button in row):
                if button["text"] == label and number in (None, shown.number):
                    return self._press(chat, shown, button)
        raise bad("no such button")

    def _press(self, chat: Chat, shown: Shown, button: dict[str, str]) -> str:
        query = str(next(self._queries))
        self.pressed[query] = chat.id, self.now()
        body = {"id": query, "from": _person(chat), "chat_instance": "1", "data": button["callback_data"]}
        self._update("callback_query", body | {"message": self.on_wire(chat, shown)})
        return query

    def say_in_group(self, group: int, text: str) -> None:
        """Somebody speaks to the bot in a group; a group's number is below zero."""
        chat = self.chats.setdefault(group, new_chat(group, "实习群", self.bot, group=True))
        shown = chat.add(from_bot=False, text=text, at=int(self.unix()))
        self._update("message", self.on_wire(chat, shown))

    def block(self, user: int, *, blocked: bool = True) -> None:
        """The person blocks the bot, or lets it in again."""
        chat = self.chat(user)
        chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        me = {"id": BOT_ID, "is_bot": True, "first_name": "杏林"}

        def member(status: str) -> dict[str, Any]:
            return {"user": me, "status": status} | ({"until_date": 0} if status == "kicked" else {})

        body = {"chat": chat.on_wire, "from": _person(chat), "date": int(self.unix())}
        self._update("my_chat_member", body | {"old_chat_member": member(before), "new_chat_member": member(after)})

    def taken(self, chat: Chat) -> None:
        """The bot sends or changes something in a chat. Raises Refused when it may not, or not so fast."""
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        self.everyone.take(self.now(), self.bot.flood_s)
        chat.bucket.take(self.now(), self.bot.flood_s)

    def on_wire(self, chat: Chat, shown: Shown) -> dict[str, Any]:
        """A message as it stands in an update or an answer."""
        sender = {"id": BOT_ID, "is_bot": True, "first_name": "杏林"} if shown.from_bot else _person(chat)
        body: dict[str, Any] = {"message_id": shown.number, "from": sender, "chat": chat.on_wire, "date": shown.at}
        body |= shown.media | ({"caption" if shown.media else "text": shown.text} if shown.text else {})
        if not shown.from_bot and shown.text.startswith("/"):
            length = len(shown.text.split()[0])
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return body | ({"reply_markup": {"inline_keyboard": shown.rows}} if shown.rows else {})

    def _update(self, kind: str, body: dict[str, Any]) -> None:
        if not self.allowed or kind in self.allowed:
            self.updates.append({"update_id": next(self._update_numbers), kind: body})
            self.wake()

    def wake(self) -> None:
        """Whoever waits for updates looks again."""
        self.changed.set()
        self.changed = asyncio.Event()

    def confirm(self, offset: int) -> None:
        """Updates before this number have been taken."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]

    def took(self, update: dict[str, Any]) -> None:
        """The webhook answered 200 to this one."""
        if self.faults.repeat > 0:
            self.faults.repeat -= 1
        elif update in self.updates:
            self.updates.remove(update)


def _person(chat: Chat) -> dict[str, Any]:
    """Who writes in a chat; in a group somebody of it."""
    return {"id": abs(chat.id), "is_bot": False, "first_name": chat.name, "language_code": "zh-hans"}
