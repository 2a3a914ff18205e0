"""The page that a reminder outside the window opens: three buttons that do what the same buttons do in the chat.

Template messages have no buttons. Looking at the page does nothing: only what is posted counts, and a ticket in the
address says for which reminder. Where each reminder needs a tap of its own, `已服药` asks for the next one, too.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qs

from aiohttp import web

from bot import phrases
from bot.conversation import Conversation, Turn
from bot.errors import XinglinError
from bot.house import House
from bot.messages import Button, InboundMessage
from bot.regimens import DueDose
from bot.reminder_words import line
from bot.turn import handle
from connectors.wechat import dose_tickets
from connectors.wechat.dose_tickets import DoseTicket, TicketRefused
from connectors.wechat.pages import fill, page
from connectors.wechat.subscribe_tag import NO_TAG, SubscribeTag, Tag
from schedules.clock import local

log = logging.getLogger(__name__)

PATH = "/wechat/dose"
ALLOW_PATH = "/wechat/allow"
BODY_BYTES = 4 * 1024
SHOWN_WITHIN = timedelta(seconds=30)  # the page itself says the answer; if it can't, the courier may after this
TITLE, ALLOW_TITLE = "用药提醒", "允许提醒"
ALLOW_LABEL = "允许下一次提醒"
ALLOW_LINK = f'<p><a class="button" href="{ALLOW_PATH}">{ALLOW_LABEL}</a></p>'
ALLOW_NEXT = '要收到下一次提醒，<a href="{url}">请点这里允许</a>。'
ACTIONS: Mapping[str, Button] = {
    "taken": Button(phrases.TAKEN, command="dose_taken"),
    "snooze": Button(phrases.SNOOZE, command="dose_snooze"),
    "skip": Button(phrases.SKIP, command="dose_skip"),
}


class NotAnAction(XinglinError):
    """没看懂您点的是哪一个，请返回上一页再点一次。"""

    status = 400


def address(public_url: str, key: str, conversation: Conversation, reminder: str, due_at: datetime) -> str:
    """Where a reminder leads; the same each time its sending is tried."""
    ticket = dose_tickets.issue(key, DoseTicket(conversation.id, reminder), due_at)
    return f"{public_url}{PATH}?ticket={ticket}"


@dataclass(frozen=True, slots=True)
class DosePage:
    """The wire in of these pages."""

    clinic: str
    house: House
    key: str
    tag: SubscribeTag | None  # None: nothing has to be allowed anew

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        routes = [web.get(PATH, self.show), web.post(PATH, self.act)]
        return routes if self.tag is None else [*routes, web.get(ALLOW_PATH, self.allow)]

    async def show(self, request: web.Request) -> web.Response:
        """What is to be taken, and the buttons; of a dose that is over, how it ended."""
        try:
            text = request.query.get("ticket", "")
            _, doses = await self._found(text)
        except XinglinError as error:
            return _refused(error)
        waiting = [dose for dose in doses if dose.outcome is None]
        if not waiting:
            ended = "；".join(f"{escape(dose.drug)}（{_outcome(dose)}）" for dose in doses)
            return _says(f"{ended}：这一次已经记过了，不用再点。")
        tag = await self._tag(request, phrases.TAKEN)
        drugs, amount = "、".join(map(line, waiting)), "见上"
        if len(waiting) == 1:
            drugs, amount = waiting[0].drug, waiting[0].dose
        time = f"{local(waiting[0].due_at):%m月%d日 %H:%M}"
        about = {"drug": drugs, "dose": amount, "time": time, "ticket": text}
        body = fill("dose.html", path=PATH, tag=tag.button, **{name: escape(value) for name, value in about.items()})
        return page(TITLE, body, scripts=tag.scripts, policy=tag.policy)

    async def act(self, request: web.Request) -> web.Response:
        """A pressed button; pressed again, it says the same and does nothing."""
        try:
            if (request.content_length or 0) > BODY_BYTES:
                raise NotAnAction
            form = parse_qs((await request.read()).decode("ascii", "replace"))
            conversation, doses = await self._found(form.get("ticket", [""])[-1])
            turn = await self._press(conversation, doses, form.get("action", [""])[-1])
        except XinglinError as error:
            return _refused(error)
        words = "<br>".join(escape(reply.text) for reply in turn.replies)
        return _says(words, ALLOW_LINK if self.tag and "asked" not in form else "")

    async def allow(self, request: web.Request) -> web.Response:
        """Only WeChat's button: for who said `已服药` in the chat."""
        tag = await self._tag(request, ALLOW_LABEL)
        return page(ALLOW_TITLE, fill("allow.html", tag=tag.button), scripts=tag.scripts, policy=tag.policy)

    async def _tag(self, request: web.Request, label: str) -> Tag:
        return await self.tag.on(request.raw_path, label) if self.tag else NO_TAG

    async def _found(self, text: str) -> tuple[Conversation, Sequence[DueDose]]:
        """Raises TicketRefused also where the medication is no longer this person's."""
        ticket = dose_tickets.read(self.key, text, self.house.clock())
        conversation = await self.house.store.by_id(self.clinic, ticket.conversation)
        doses = await self.house.regimens.reminded_by(self.clinic, ticket.reminder)
        if conversation is None or not doses or any(dose.person != conversation.person for dose in doses):
            raise TicketRefused
        return conversation, doses

    async def _press(self, conversation: Conversation, doses: Sequence[DueDose], action: str) -> Turn:
        button = ACTIONS.get(action)
        if button is None or button.command is None:
            raise NotAnAction
        now = self.house.clock()
        args = {"dose": doses[0].id} if len(doses) == 1 else {"round": doses[0].round or ""}
        pressed = replace(button, say=button.label, args=args)
        once = f"dose:{doses[0].id}:{action}"
        inbound = InboundMessage(conversation.address, once, "", now, pressed=pressed, reply_by=now + SHOWN_WITHIN)
        turn = await handle(self.house, inbound, conversation)
        log.info("dose answered on its page", extra={"action": "dose_page", "command": button.command})
        await self.house.outbox.sent(self.clinic, [reply.id for reply in turn.replies], now)
        return turn


def _outcome(dose: DueDose) -> str:
    return dose.outcome.chinese if dose.outcome else ""


def _says(words: str, more: str = "") -> web.Response:
    return page(TITLE, f'<h1>{TITLE}</h1>\n<p class="answer" role="status">{words}</p>\n{more}')


def _refused(error: XinglinError) -> web.Response:
    return page(TITLE, f'<h1>{TITLE}</h1>\n<p class="answer" role="alert">{escape(error.title)}</p>', error.status)
