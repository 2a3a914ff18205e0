"""The action server: an aiohttp application that Rasa calls. It always answers: Rasa swallows failures in silence."""

import hmac
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor

from actions import phrases
from actions.answer import command, message
from actions.deps import Deps
from actions.registry import make_executor
from bot.errors import XinglinError

log = logging.getLogger(__name__)

MAX_CALL_BYTES = 32 * 1024 * 1024  # a call carries the whole tracker of a conversation
_EXECUTOR: web.AppKey[ActionExecutor] = web.AppKey("executor", ActionExecutor)
_TOKEN: web.AppKey[str] = web.AppKey("token", str)


def make_actions_app(
    present: Callable[[], Deps],
    token: str,
    routes: Iterable[web.AbstractRouteDef] = (),
    closing: Iterable[Callable[[], Awaitable[None]]] = (),
) -> web.Application:
    """The application. `present` gives what one call works with; `token` guards every path but /healthz;
    `routes` are further ones (the LLM endpoint), `closing` what is done at the end.
    """
    app = web.Application(client_max_size=MAX_CALL_BYTES, middlewares=[_guarded])
    app[_EXECUTOR] = make_executor(present)
    app[_TOKEN] = token
    app.add_routes([web.post("/webhook", _webhook), web.get("/healthz", _healthz), *routes])
    app.on_cleanup.extend(partial(_done, done) for done in closing)
    return app


async def _done(done: Callable[[], Awaitable[None]], _app: web.Application) -> None:
    await done()


@web.middleware
async def _guarded(request: web.Request, handler: Any) -> web.StreamResponse:
    """Verify before reading. Rasa shows its token as `?token=`, the house may use a bearer header."""
    if request.path != "/healthz" and not _shows_token(request):
        return web.json_response({"title": "口令不对。", "status": 401}, status=401)
    response: web.StreamResponse = await handler(request)
    return response


def _shows_token(request: web.Request) -> bool:
    shown = request.query.get("token") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(shown.encode(), request.app[_TOKEN].encode())


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _webhook(request: web.Request) -> web.Response:
    started = time.perf_counter()
    call: dict[str, Any] = {}
    try:
        call = await _read(request)
        result = await request.app[_EXECUTOR].run(call)
        answer = {"events": result.events, "responses": result.responses} if result else _sorry(call, ValueError())
    except Exception as error:  # the third place where errors end: whatever it is, the person gets words
        answer = _sorry(call, error)
    _note(call, started, answer)
    return web.json_response(answer)


async def _read(request: web.Request) -> dict[str, Any]:
    """Rasa's call. Without a domain (`enable_selective_domain`) rasa-sdk would refuse; ours need none."""
    call = await request.json()
    if not isinstance(call, dict):
        raise TypeError("a call is an object")
    call["domain"] = call.get("domain") or {}
    return call


def _sorry(call: dict[str, Any], error: Exception) -> dict[str, Any]:
    """Kind words in an ordinary answer. A validator asks its question again next turn: its slots are untouched."""
    log.error(
        "action failed",
        extra={
            "action": "action_failed",
            "verb": str(call.get("next_action")),
            "error": type(error).__name__,
            "where": _place(error),  # never the message: it may hold the person's words
        },
    )
    words = error.title if isinstance(error, XinglinError) else phrases.ACTION_FAILED
    part = message(words, commands=(command("转人工", "request_human"),))
    said: dict[str, Any] = {
        "custom": part,
        "text": None,
        "buttons": [],
        "elements": [],
        "template": None,
        "response": None,
    }
    return {"events": _still_asking(call), "responses": [said]}


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))


def _still_asking(call: dict[str, Any]) -> list[dict[str, Any]]:
    """A failed validator must not look like one that rejected the words, or Rasa would answer a second time."""
    tracker = call.get("tracker") or {}
    slots = tracker.get("slots") or {}
    if not str(call.get("next_action", "")).startswith("validate_"):
        return []
    asked = slots.get("requested_slot")
    if asked is None:
        return [ActiveLoop(None), FollowupAction("action_listen")]
    return [SlotSet(asked, slots.get(asked)), SlotSet("requested_slot", asked)]


def _note(call: dict[str, Any], started: float, answer: dict[str, Any]) -> None:
    log.info(
        "action done",
        extra={
            "action": "action_done",
            "verb": str(call.get("next_action")),
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "messages": len(answer["responses"]),
        },
    )
