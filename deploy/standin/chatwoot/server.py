"""The server: the paths of Chatwoot's Application API that a hospital uses, and what goes wrong on demand."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from deploy.standin.chatwoot.desk import KINDS, STATUSES, Desk, Talk, shown
from deploy.standin.chatwoot.settings import ChatwootSettings
from deploy.standin.wechat.faults import Fault, Faults

DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
FAULTS: web.AppKey[Faults] = web.AppKey("faults", Faults)
Done = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_chatwoot(settings: ChatwootSettings) -> web.Application:
    """The stand-in as an application; `app[DESK]` plays the agents, `app[FAULTS]` the weather.

    A fault is ordered for the last word of a path, such as `messages`.
    """
    app = web.Application(middlewares=[_as_ordered])
    app[DESK], app[FAULTS] = Desk(settings), Faults()
    account, one = f"/api/v1/accounts/{settings.account}", r"conversations/{chat:\d+}"
    app.add_routes(
        [
            web.get(f"{account}/contacts/search", _search),
            web.post(f"{account}/contacts", _make_contact),
            web.get(account + r"/contacts/{contact:\d+}/conversations", _talks_of),
            web.post(f"{account}/conversations", _make_talk),
            web.get(f"{account}/{one}", _talk),
            web.get(f"{account}/{one}/messages", _messages),
            web.post(f"{account}/{one}/messages", _add),
            web.patch(account + f"/{one}" + r"/messages/{message:\d+}", _report),
            web.post(f"{account}/{one}/toggle_status", _set_status),
            web.post(f"{account}/{one}/toggle_priority", _set_priority),
        ]
    )
    app.cleanup_ctx.append(_closing)
    return app


async def _closing(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[DESK].settled()


@web.middleware
async def _as_ordered(request: web.Request, handler: Done) -> web.StreamResponse:
    """Token, trouble if ordered, then what the path does."""
    desk, faults = request.app[DESK], request.app[FAULTS]
    trouble = faults.of_call(request.path.rsplit("/", 1)[-1])
    await asyncio.sleep(faults.latency_s)
    if trouble:
        match trouble.fault:
            case Fault.CODE:
                return _answer({"error": "refused on demand"}, trouble.number)
            case Fault.SERVER_ERROR | Fault.BUSY:
                return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
            case Fault.GARBAGE:
                return web.Response(text="not json")
            case Fault.DROP_BEFORE:
                return _dropped(request)
            case Fault.SLOW:
                await asyncio.sleep(trouble.seconds)
    shown_token = request.headers.get("api_access_token", "")
    if not secrets.compare_digest(shown_token.encode(errors="replace"), desk.settings.token.encode()):
        return _answer({"errors": ["You need to sign in or sign up before continuing."]}, 401)
    try:
        answer = await handler(request)
    except KeyError:
        answer = _answer({"error": "Resource could not be found"}, 404)
    return _dropped(request) if trouble and trouble.fault is Fault.DROP_AFTER else answer


async def _search(request: web.Request) -> web.Response:
    words = request.query.get("q", "")
    found = [
        each for each in request.app[DESK].contacts if words in (each["identifier"] or "") or words in each["name"]
    ]
    return _answer({"meta": {"count": len(found)}, "payload": found[:15]})


async def _make_contact(request: web.Request) -> web.Response:
    desk, body = request.app[DESK], await _body(request)
    if any(each["identifier"] == body.get("identifier") for each in desk.contacts):
        return _answer({"message": "Identifier has already been taken", "attributes": ["identifier"]}, 422)
    contact = {"id": desk.number(), "name": body["name"], "identifier": body.get("identifier")}
    desk.contacts.append(contact)
    return _answer({"payload": {"contact": contact, "contact_inbox": {"source_id": body.get("source_id")}}})


async def _talks_of(request: web.Request) -> web.Response:
    desk, contact = request.app[DESK], int(request.match_info["contact"])
    found = [desk.conversation(each) for each in desk.talks.values() if each.contact == contact]
    return _answer({"payload": found})


async def _make_talk(request: web.Request) -> web.Response:
    desk, body = request.app[DESK], await _body(request)
    if body.get("inbox_id") != desk.settings.inbox or all(each["id"] != body["contact_id"] for each in desk.contacts):
        raise KeyError
    talk = Talk(desk.number(), int(body["contact_id"]), str(body["source_id"]), str(body.get("status", "open")))
    desk.talks[talk.id] = talk
    return _answer(desk.conversation(talk))


async def _talk(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    return _answer(desk.conversation(desk.talks[_chat(request)]))


async def _messages(request: web.Request) -> web.Response:
    desk, after = request.app[DESK], request.query.get("after")
    page = desk.listed(_chat(request), int(after) if after else None)
    return _answer({"meta": {}, "payload": [shown(each, desk.settings.lists_sources) for each in page]})


async def _add(request: web.Request) -> web.Response:
    desk, body = request.app[DESK], await _body(request)
    kind = str(body.get("message_type", "outgoing"))
    if kind not in KINDS or not body.get("content"):
        return _answer({"error": "Invalid message"}, 422)
    talk = desk.talks[_chat(request)]
    sender = (
        {"id": talk.contact, "type": "contact"} if kind == "incoming" else {"id": 1, "name": "杏林", "type": "user"}
    )
    said = desk.add(
        talk.id, str(body["content"]), kind, private=bool(body.get("private")), source=body.get("source_id"),
        sender=sender,
    )  # fmt: skip
    return _answer(shown(said, desk.settings.lists_sources))


async def _report(request: web.Request) -> web.Response:
    said = next(
        (e for e in request.app[DESK].talks[_chat(request)].said if e.id == int(request.match_info["message"])), None
    )
    if said is None:
        raise KeyError
    body = await _body(request)
    said.status = str(body["status"])
    said.error = str(body.get("external_error", "")) if said.status == "failed" else ""
    return _answer(shown(said, request.app[DESK].settings.lists_sources))


async def _set_status(request: web.Request) -> web.Response:
    status = str((await _body(request)).get("status"))
    if status not in STATUSES:
        return _answer({"error": "Invalid status"}, 422)
    request.app[DESK].set_status(_chat(request), status)
    return _answer({"meta": {}, "payload": {"success": True, "current_status": status}})


async def _set_priority(request: web.Request) -> web.Response:
    request.app[DESK].talks[_chat(request)].priority = str((await _body(request)).get("priority"))
    return web.Response()


def _chat(request: web.Request) -> int:
    return int(request.match_info["chat"])


async def _body(request: web.Request) -> Mapping[str, Any]:
    value = json.loads(await request.read())
    if not isinstance(value, Mapping):
        raise web.HTTPBadRequest
    return value


def _answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
