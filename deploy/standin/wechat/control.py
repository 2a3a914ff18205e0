"""The phone page and what it asks: the state of a phone, acts of a patient, faults."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.web import (
    FileResponse,
    HTTPFound,
    HTTPNotFound,
    Request,
    Response,
    RouteDef,
    StreamResponse,
    get,
    json_response,
    post,
)

from deploy.standin.wechat.callbacks import Delivery
from deploy.standin.wechat.faults import ANYWHERE, Fault, Trouble
from deploy.standin.wechat.oauth import COOKIE
from deploy.standin.wechat.state import state
from deploy.standin.wechat.wechat import NotFollowing, WeChat

Act = Callable[[WeChat, str, Mapping[str, Any]], Awaitable[Delivery]]
_PAGE = Path(__file__).parent / "phone"
_FILES = {
    "phone.css": "text/css",
    "phone.js": "text/javascript",
    "parts.js": "text/javascript",
    "sheets.js": "text/javascript",
}
_ONLY_OURS = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

_ACTS: Mapping[str, Act] = {
    "say": lambda w, who, body: w.say(who, str(body["text"])),
    "voice": lambda w, who, body: w.voice(who, str(body.get("text", ""))),
    "image": lambda w, who, body: w.image(who, base64.b64decode(body["data"]), str(body.get("type", "image/jpeg"))),
    "location": lambda w, who, body: w.location(
        who, float(body["latitude"]), float(body["longitude"]), str(body["label"])
    ),
    "link": lambda w, who, body: w.link(who, str(body["title"]), str(body.get("text", "")), str(body["url"])),
    "press": lambda w, who, body: w.press(who, str(body["name"])),
    "choose": lambda w, who, body: w.choose(who, str(body["item"]), int(body["number"])),
    "follow_link": lambda w, who, body: w.follow_link(who, str(body["text"]), str(body["id"])),
    "follow": lambda w, who, _body: w.follow(who),
    "unfollow": lambda w, who, _body: w.unfollow(who),
    "scan": lambda w, who, body: w.scan(who, str(body.get("ticket", "")), str(body.get("scene", ""))),
    "subscribe": lambda w, who, body: w.subscribe(
        who, [(str(one["template"]), bool(one["accepted"])) for one in body["answers"]]
    ),
    "unsubscribe": lambda w, who, body: w.unsubscribe(who, str(body["template"])),
}


def control_routes(wechat: WeChat) -> Sequence[RouteDef]:
    """Everything below /standin, and the page."""
    control = _Control(wechat)
    return [
        get("/", _to_phone),
        get("/phone", control.page),
        get("/phone/{file}", _file),
        get("/q/{key}", control.scanned),
        get("/standin/state", control.state),
        get("/standin/media/{id}", control.media),
        post("/standin/act/{act}", control.act),
        post("/standin/set/{what}", control.set),
    ]


async def _to_phone(_request: Request) -> StreamResponse:
    raise HTTPFound("/phone")


async def _file(request: Request) -> StreamResponse:
    name = request.match_info["file"]
    if name not in _FILES:
        raise HTTPNotFound
    return FileResponse(_PAGE / name, headers={"Cache-Control": "no-cache", "Content-Type": _FILES[name]})


class _Control:
    """Handlers that need the stand-in."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    async def page(self, request: Request) -> StreamResponse:
        """The phone of `?openid=`; the cookie tells web logins whose it is."""
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _ONLY_OURS}
        response = FileResponse(_PAGE / "index.html", headers=headers)
        if openid := request.query.get("openid"):
            self._wechat.world.people.meet(openid, followed=False)
            response.set_cookie(COOKIE, openid, samesite="Lax")
        return response

    async def scanned(self, request: Request) -> StreamResponse:
        """The address inside a code, opened by a camera: the phone that scans it."""
        for code in self._wechat.world.codes.values():
            if code.key == request.match_info["key"]:
                raise HTTPFound(f"/phone?scan={code.ticket}")
        raise HTTPNotFound

    async def state(self, request: Request) -> StreamResponse:
        """What the page draws: `openid`, and the number of the last thing it has (`after`)."""
        return json_response(state(self._wechat, request.query["openid"], int(request.query.get("after", "0"))))

    async def media(self, request: Request) -> StreamResponse:
        """A picture or voice on the screen."""
        found = self._wechat.world.media.get(request.match_info["id"])
        if found is None:
            raise HTTPNotFound
        # A patient's file says of itself what it is: nothing in it may run on this page.
        headers = {"Content-Type": found.content_type, "Content-Security-Policy": "sandbox; default-src 'none'"}
        return Response(body=found.content, headers=headers | {"X-Content-Type-Options": "nosniff"})

    async def act(self, request: Request) -> StreamResponse:
        """A patient does something; answered once the hospital's callback is over."""
        act = _ACTS.get(request.match_info["act"])
        if act is None:
            raise HTTPNotFound
        body = await request.json()
        if not self._wechat.callbacks.urls:
            return json_response({"error": "还没有填写医院的回调地址"}, status=409)
        try:
            done = await act(self._wechat, str(body["openid"]), body)
        except NotFollowing:
            return json_response({"error": "请先关注公众号"}, status=409)
        except (KeyError, ValueError, LookupError) as error:
            return json_response({"error": f"做不到：{type(error).__name__}"}, status=400)
        return json_response({"tries": [one.outcome for one in done.tries], "noticed": done.noticed})

    async def set(self, request: Request) -> StreamResponse:
        """The tester's switches: forward, receiving, pay, faults, latency, lot, url."""
        body = await request.json()
        try:
            done = await self._switched(request.match_info["what"], body)
        except (KeyError, ValueError, TypeError) as error:
            return json_response({"error": f"做不到：{type(error).__name__}"}, status=400)
        return json_response({"done": done})

    async def _switched(self, what: str, body: Mapping[str, Any]) -> bool:
        wechat, faults = self._wechat, self._wechat.faults
        match what:
            case "forward":
                wechat.forward(timedelta(seconds=float(body["seconds"])))
            case "receiving":
                wechat.receiving(str(body["openid"]), bool(body["on"]))
            case "pay":
                wechat.pay(str(body["openid"]))
            case "fault":
                trouble = Trouble(Fault(body["fault"]), int(body.get("number", 2)), float(body.get("seconds", 0)))
                faults.order(trouble, str(body.get("path", ANYWHERE)), int(body.get("times", 1)))
            case "latency":
                faults.latency_s = float(body["seconds"])
            case "lot":
                faults.by_lot(float(body["rate"]), int(body.get("seed", 0)), [Fault(one) for one in body["faults"]])
            case "clear":
                faults.clear()
            case "url":
                return await wechat.call_at(str(body["url"]))
            case _:
                raise KeyError(what)
        return True
