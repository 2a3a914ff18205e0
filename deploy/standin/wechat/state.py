"""One phone's state as the page draws it."""

from datetime import datetime
from typing import Any

from deploy.standin.wechat.fields import labels
from deploy.standin.wechat.people import Patient, Shown
from deploy.standin.wechat.settings import TemplateKind
from deploy.standin.wechat.wechat import WeChat
from deploy.standin.wechat.world import World

_LAST_CALLS = 12
_LAST_DELIVERIES = 6


def state(wechat: WeChat, openid: str, after: int) -> dict[str, Any]:
    """Everything the page needs; messages only behind number `after`."""
    world = wechat.world
    patient = world.people.meet(openid, followed=False)
    return {
        "name": wechat.settings.name,
        "now": world.now().isoformat(),
        "followed": patient.followed,
        "receiving": patient.receiving,
        "typing": patient.types(world.now()),
        "messages": [_message(one) for one in patient.screen[after:]],
        "menu": world.menu or [],
        "people": [one.openid for one in world.people.all()],
        "codes": [{"ticket": one.ticket, "scene": one.scene} for one in world.codes.values()],
        "asks": _asks(wechat, patient),
        "developer": _developer(wechat, patient),
    }


def _message(one: Shown) -> dict[str, Any]:
    return {
        "number": one.number,
        "way": one.way,
        "look": one.look,
        "text": one.text,
        "at": _iso(one.at),
        "title": one.title,
        "url": one.url,
        "media": one.media,
        "items": [{"id": item.id, "content": item.content} for item in one.items],
        "tail": one.tail,
        "rows": [list(row) for row in one.rows],
        "cut": one.cut,
    }


def _asks(wechat: WeChat, patient: Patient) -> list[dict[str, Any]]:
    """Templates that the subscription dialog offers, and what this patient has of each."""
    return [
        {
            "id": each.id,
            "title": each.title,
            "long_term": each.kind is TemplateKind.LONG_TERM,
            "fields": [label for label, _ in labels(each)],
            "left": patient.subscriptions.get(each.id, 0),
        }
        for each in wechat.settings.templates
        if each.kind is not TemplateKind.TEMPLATE
    ]


def _developer(wechat: WeChat, patient: Patient) -> dict[str, Any]:
    world = wechat.world
    return {
        "left": patient.windows.left(world.now()),
        "windows": [
            {"act": act, "left": window.left, "until": _iso(window.until)}
            for act, window in patient.windows.running(world.now())
        ],
        "token_age": _token_age(world),
        "calls": [
            {"at": _iso(one.at), "path": one.path, "code": one.code} for one in list(world.calls)[-_LAST_CALLS:][::-1]
        ],
        "deliveries": [
            {
                "kind": one.letter.fields.get("Event") or one.letter.fields.get("MsgType"),
                "tries": [f"{each.outcome} {each.took_s:.2f} s" for each in one.tries],
            }
            for one in list(wechat.callbacks.deliveries)[-_LAST_DELIVERIES:][::-1]
        ],
        "url": ", ".join(wechat.callbacks.urls),
        "mode": wechat.settings.mode,
    }


def _token_age(world: World) -> float | None:
    age = world.tokens.age
    return None if age is None else age.total_seconds()


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
