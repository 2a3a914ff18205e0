"""What the JSON of every page has in common: reading an object, writing a message."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import BadInput
from bot.messages import Message
from schedules.clock import SHANGHAI

_dumps = partial(json.dumps, ensure_ascii=False)


class NotOurForm(BadInput):
    """消息格式不对，请刷新页面再试。"""


def json_answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    """A JSON answer that a person can read too: Chinese stays Chinese."""
    return web.json_response(body, status=status, dumps=_dumps)


def read_json(body: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises NotOurForm."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotOurForm("not JSON") from error
    if not isinstance(value, Mapping):
        raise NotOurForm("not an object")
    return value


def encode(message: Message) -> dict[str, Any]:
    """A message on the wire; times are Asia/Shanghai."""
    return {
        "seq": message.seq, "id": message.id, "client_id": message.client_id, "turn": message.turn,
        "author": message.author, "kind": message.kind, "text": message.text,
        "buttons": [{"id": button.id, "label": button.label} for button in message.buttons],
        "sources": [
            {"n": n, "title": s.title, "publisher": s.publisher, "reviewed": s.reviewed, "excerpt": s.excerpt}
            for n, s in enumerate(message.sources, 1)
        ],
        "picture": _own_path(message.picture),
        "at": message.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }  # fmt: skip


def _own_path(picture: str) -> str:
    """Where a page finds a picture: at its own house, whatever name that has for the world."""
    return urlsplit(picture).path
