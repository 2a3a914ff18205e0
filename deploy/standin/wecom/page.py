"""The page `/wecom`: the nurses' group, each nurse's phone, and a patient at WeChat customer service."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from deploy.standin.wecom.company import Card
from deploy.standin.wecom.kf import Who
from deploy.standin.wecom.wecom import WeCom
from schedules.clock import local

PAGE = Path(__file__).parent / "page"
_dumps = partial(json.dumps, ensure_ascii=False)


def page_routes(wecom: WeCom) -> Sequence[web.RouteDef]:
    """The page, what it shows, what is done on it."""
    page = _Page(wecom)
    return (
        web.get("/wecom", page.page),
        web.get("/wecom/{name:wecom\\.(?:js|css)}", page.part),
        web.get("/wecom/state", page.state),
        web.post("/wecom/act", page.act),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    wecom: WeCom

    async def page(self, _request: web.Request) -> web.FileResponse:
        """The page itself."""
        return web.FileResponse(PAGE / "wecom.html")

    async def part(self, request: web.Request) -> web.FileResponse:
        """Its script and style."""
        return web.FileResponse(PAGE / request.match_info["name"])

    async def state(self, request: web.Request) -> web.Response:
        """Everything shown, for one patient."""
        wecom, who = self.wecom, self._patient(request.query.get("patient", ""))
        talk = wecom.kf.talks.get(who)
        body = {
            "group": [
                {"at": _clock(one.at), "text": one.text, "kind": one.kind, "mentioned": self._names(one.mentioned)}
                for one in wecom.group()
            ],
            "nurses": [
                {"userid": userid, "name": name, "cards": [_card(card) for card in wecom.cards(userid)]}
                for userid, name in wecom.settings.members.items()
            ],
            "patient": {
                "shown": [
                    {"at": _clock(one.at), "mine": one.mine, "text": one.text, "menu": [label for _, label in one.menu]}
                    for one in (talk.shown if talk else ())
                ],
                "left": talk.left if talk else 0, "state": talk.state if talk else 0,
            },
        }  # fmt: skip
        return web.json_response(body, dumps=_dumps)

    async def act(self, request: web.Request) -> web.Response:
        """Something a nurse or the patient does."""
        done: dict[str, Any] = await request.json()
        wecom, who = self.wecom, self._patient(str(done.get("patient", "")))
        try:
            match done:
                case {"press": str(text), "userid": str(userid), "task": str(task)}:
                    taken = await wecom.press(userid, wecom.company.card(userid, task), text)
                    return web.json_response({"ok": taken})
                case {"say": str(words)} if words.strip():
                    wecom.say(who, words)
                case {"choose": str(label)}:
                    wecom.choose(who, label)
                case {"enter": True}:
                    wecom.kf.enter(who)
                case _:
                    raise web.HTTPBadRequest
        except KeyError:
            return web.json_response({"ok": False}, status=409)
        return web.json_response({"ok": True})

    def _patient(self, name: str) -> Who:
        return next(iter(self.wecom.settings.kf_accounts)), name or "wmPatient01"

    def _names(self, userids: Sequence[str]) -> list[str]:
        members = self.wecom.settings.members
        return ["所有人" if userid == "@all" else members.get(userid, userid) for userid in userids]


def _card(card: Card) -> dict[str, Any]:
    fields = card.fields
    return {
        "at": _clock(card.at), "task": card.task_id, "from": fields.get("source", {}).get("desc", ""),
        "red": fields.get("source", {}).get("desc_color") == 2, "title": fields["main_title"]["title"],
        "desc": fields["main_title"].get("desc", ""), "sub": fields.get("sub_title_text", ""),
        "rows": [[row["keyname"], row["value"]] for row in fields.get("horizontal_content_list", ())],
        "buttons": [{"text": one["text"], "url": one.get("url", "")} for one in fields["button_list"]],
        "replaced": card.replaced,
    }  # fmt: skip


def _clock(at: Any) -> str:
    return f"{local(at):%H:%M}"
