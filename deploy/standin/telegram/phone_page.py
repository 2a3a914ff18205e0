"""The page `/telegram`: a chat as on a phone, on which a person plays the learner."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from deploy.standin.telegram.settings import Refused
from deploy.standin.telegram.world import MEDIA, Telegram

PAGE = Path(__file__).parent / "phone"
FIRST_PERSON = 1001
_dumps = partial(json.dumps, ensure_ascii=False)


def phone_routes(telegram: Telegram) -> Sequence[web.RouteDef]:
    """The page, what the phone shows, and what is done on it."""
    phone = _Phone(telegram)
    return (
        web.get("/telegram", phone.page),
        web.get("/telegram/{name:phone\\.(?:js|css)}", phone.part),
        web.get("/telegram/chats/{user:\\d+}", phone.show),
        web.post("/telegram/chats/{user:\\d+}", phone.act),
    )


class _Phone:
    """One page for all people; the number is in the address."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def page(self, _request: web.Request) -> web.FileResponse:
        """The page itself."""
        return web.FileResponse(PAGE / "phone.html")

    async def part(self, request: web.Request) -> web.FileResponse:
        """Its script and style."""
        return web.FileResponse(PAGE / request.match_info["name"])

    async def show(self, request: web.Request) -> web.Response:
        """What the phone shows now."""
        chat = self._telegram.chat(int(request.match_info["user"]))
        messages = [
            {
                "number": shown.number, "mine": not shown.from_bot, "text": shown.text, "at": shown.at,
                "edited": shown.edited, "media": next(iter(shown.media), ""),
                "rows": [[button["text"] for button in row] for row in shown.rows],
            }
            for shown in chat.messages
        ]  # fmt: skip
        state = {"typing": chat.typing_until > self._telegram.now(), "blocked": chat.blocked}
        body = state | {"messages": messages, "notices": chat.notices[-1:], "menu": self._telegram.menu}
        return web.json_response(body, dumps=_dumps)

    async def act(self, request: web.Request) -> web.Response:
        """Something the person does: say, edit, press, send, block."""
        done: dict[str, Any] = await request.json()
        user, telegram = int(request.match_info["user"]), self._telegram
        try:
            match done:
                case {"say": str(text)} if text.strip():
                    telegram.say(user, text)
                case {"edit": str(text), "number": int(number)} if text.strip():
                    telegram.edit(user, number, text)
                case {"press": str(label), "number": int(number)}:
                    telegram.press(user, label, number)
                case {"send": str(kind)} if kind in MEDIA:
                    telegram.send(user, kind)
                case {"block": bool(blocked)}:
                    telegram.block(user, blocked=blocked)
                case _:
                    raise web.HTTPBadRequest
        except Refused as refused:
            return web.json_response(refused.body, status=refused.code, dumps=_dumps)
        return web.json_response({"ok": True})
