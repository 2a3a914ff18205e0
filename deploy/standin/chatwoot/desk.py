"""The agents' side of the stand-in: contacts, chats, messages, and the callback of the inbox.

Shapes and rules are those of chatwoot/chatwoot: app/views/api/v1/models/_message.json.jbuilder (lists number the
message type), app/models/message.rb (the callback names it; incoming words open a resolved conversation again),
app/finders/message_finder.rb (100 after an id, else the newest 20), lib/webhooks/trigger.rb (one try, then the message
is marked as failed).
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.chatwoot.codec import sign
from deploy.standin.chatwoot.settings import ChatwootSettings

KINDS = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}
PAGE, NEWEST = 100, 20
STATUSES = ("open", "resolved", "pending", "snoozed")


@dataclass(slots=True)
class Said:
    """One message."""

    id: int
    chat: int
    text: str
    kind: str
    at: datetime
    private: bool = False
    source: str | None = None
    sender: Mapping[str, Any] | None = None
    files: tuple[str, ...] = ()
    status: str = "sent"
    error: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Talk:
    """One conversation."""

    id: int
    contact: int
    source: str
    status: str = "open"
    priority: str | None = None
    assignee: str = ""
    said: list[Said] = field(default_factory=list)


class Desk:
    """What agents see and do, and what the API changes."""

    def __init__(self, settings: ChatwootSettings) -> None:
        self.settings = settings
        self.contacts: list[dict[str, Any]] = []
        self.talks: dict[int, Talk] = {}
        self.url: str | None = None  # of the inbox's callback
        self.calling = True  # False: callbacks are lost on the way
        self._numbers = 0
        self._calls: set[asyncio.Task[None]] = set()

    def agent_says(self, chat: int, text: str, name: str = "小王", files: tuple[str, ...] = ()) -> Said:
        """A public reply."""
        return self.add(chat, text, "outgoing", sender=_agent(name), files=files)

    def agent_notes(self, chat: int, text: str, name: str = "小王") -> Said:
        """A private note."""
        return self.add(chat, text, "outgoing", private=True, sender=_agent(name))

    def agent_resolves(self, chat: int, name: str = "小王") -> None:
        """The button 解决."""
        self.talks[chat].assignee = name
        self.set_status(chat, "resolved")

    def add(
        self,
        chat: int,
        text: str,
        kind: str,
        *,
        private: bool = False,
        source: str | None = None,
        sender: Mapping[str, Any] | None = None,
        files: tuple[str, ...] = (),
    ) -> Said:
        """Store a message. Raises KeyError when there is no such conversation."""
        talk = self.talks[chat]
        said = Said(self.number(), chat, text, kind, self.settings.clock(), private, source, sender, files)
        talk.said.append(said)
        if kind == "incoming" and talk.status == "resolved":
            self.set_status(chat, "open")
        event = shown(said, self.settings.lists_sources) | {"message_type": kind, "event": "message_created"}
        self._call(event | {"conversation": self.conversation(talk), "inbox": {"id": self.settings.inbox}}, said)
        return said

    def set_status(self, chat: int, status: str) -> None:
        """Open or resolve. Raises KeyError."""
        talk = self.talks[chat]
        if talk.status != status:
            talk.status = status
            self._call(self.conversation(talk) | {"event": "conversation_status_changed"}, None)

    def listed(self, chat: int, after: int | None) -> Sequence[Said]:
        """One page of messages. Raises KeyError."""
        said = sorted(self.talks[chat].said, key=lambda each: each.id)
        if after is None:
            return said[-NEWEST:]
        return [each for each in said if each.id > after][:PAGE]

    def number(self) -> int:
        """An id that was never given."""
        self._numbers += 1
        return self._numbers

    def conversation(self, talk: Talk) -> dict[str, Any]:
        """As lists and callbacks show it."""
        assignee = {"assignee": {"name": talk.assignee}} if talk.assignee else {}
        return {
            "id": talk.id, "inbox_id": self.settings.inbox, "status": talk.status, "priority": talk.priority,
            "meta": {"sender": {"id": talk.contact, "type": "contact"}} | assignee,
        }  # fmt: skip

    async def settled(self) -> None:
        """Wait until no callback is under way."""
        while self._calls:
            await asyncio.gather(*self._calls)

    def _call(self, event: Mapping[str, Any], said: Said | None) -> None:
        if self.url is None or not self.calling:
            return
        task = asyncio.ensure_future(self._send(self.url, event, said))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _send(self, url: str, event: Mapping[str, Any], said: Said | None) -> None:
        body = json.dumps(event).encode()
        timestamp = str(int(self.settings.clock().timestamp()))
        headers = {
            "Content-Type": "application/json", "X-Chatwoot-Timestamp": timestamp,
            "X-Chatwoot-Signature": sign(self.settings.secret, timestamp, body),
        }  # fmt: skip
        timeout = ClientTimeout(total=self.settings.wait_s)
        try:
            async with ClientSession(timeout=timeout) as http, http.post(url, data=body, headers=headers) as answer:
                failed = "" if answer.status < 300 else f"{answer.status}"
        except (ClientError, TimeoutError) as error:
            failed = type(error).__name__
        if failed and said is not None:
            said.status, said.error = "failed", failed


def shown(said: Said, lists_sources: bool) -> dict[str, Any]:
    """A message of a list."""
    files = {"attachments": [{"file_type": "image", "data_url": each} for each in said.files]} if said.files else {}
    sender = {"sender": dict(said.sender)} if said.sender else {}
    return {
        "id": said.id, "content": said.text or None, "conversation_id": said.chat, "message_type": KINDS[said.kind],
        "status": said.status, "private": said.private, "source_id": said.source if lists_sources else None,
        "created_at": int(said.at.timestamp()), "content_attributes": {"deleted": True} if said.deleted else {},
    } | sender | files  # fmt: skip


def _agent(name: str) -> Mapping[str, Any]:
    return {"id": 3, "name": name, "type": "user"}
