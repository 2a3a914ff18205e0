"""Media, menu and QR codes.

Official pages below developers.weixin.qq.com/doc/service/api/: material/temporary/api_uploadtempmedia (3 days),
…/api_getmedia, custommenu/api_createcustommenu, qrcode/qrcodes/api_createqrcode (30 days at most).
"""

import io
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import segno
from aiohttp.web import Request, Response

from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.sending import OK
from deploy.standin.wechat.world import Call, Code, Media, World

MEDIA_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
CODE_LASTS = timedelta(days=30)
_PRESSED = {"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"}
_KEYED = _PRESSED | {"location_select"}
_OTHERS = {"view", "miniprogram", "media_id", "article_id", "article_view_limited", "view_limited"}


def upload(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/media/upload, multipart field `media`."""
    kind = call.query.get("type", "")
    if kind not in MEDIA_BYTES:
        raise Refused(40004, "invalid media type")
    if call.file is None or not call.file.content:
        raise Refused(41005, "media data missing")
    if len(call.file.content) > MEDIA_BYTES[kind]:
        raise Refused(40006, "invalid meida size")  # sic: Tencent's own spelling
    id = world.keep(Media(kind, call.file.content, call.file.content_type, call.file.name))
    return {"type": kind, "media_id": id, "created_at": int(call.at.timestamp())}


def download(world: World, call: Call) -> Response:
    """GET /cgi-bin/media/get: the bytes themselves."""
    media = world.kept(call.query.get("media_id"))
    disposition = f"attachment; filename*=UTF-8''{quote(media.name)}"
    return Response(
        body=media.content, headers={"Content-Type": media.content_type, "Content-Disposition": disposition}
    )


def create_menu(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/menu/create."""
    buttons = call.body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(40016, "invalid button size")
    for button in buttons:
        below = button.get("sub_button")
        _check_name(button, 16, 40018)
        if below is None or below == []:
            _check_button(button)
        elif not isinstance(below, list) or len(below) > 5:
            raise Refused(40023, "invalid sub button size")
        else:
            _check_below(below)
    world.menu = buttons
    return OK


def _check_below(below: list[Mapping[str, Any]]) -> None:
    for button in below:
        _check_name(button, 60, 40025)
        if button.get("sub_button"):
            raise Refused(40022, "invalid sub button level")
        _check_button(button)


def _check_name(button: Mapping[str, Any], most_bytes: int, code: int) -> None:
    if not 1 <= len(str(button.get("name") or "").encode()) <= most_bytes:
        raise Refused(code, "invalid button name size")


def _check_button(button: Mapping[str, Any]) -> None:
    kind = button.get("type")
    if kind not in _KEYED | _OTHERS:
        raise Refused(40015, "invalid button type")
    if kind in _KEYED and not 1 <= len(str(button.get("key") or "").encode()) <= 128:
        raise Refused(40019, "invalid button key size")
    url = str(button.get("url") or "")
    if kind == "view" and not 1 <= len(url.encode()) <= 1024:
        raise Refused(40020, "invalid button url size")
    if kind == "view" and not url.startswith(("http://", "https://")):
        raise Refused(40054, "invalid sub button url domain")


def get_menu(world: World, _call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/menu/get."""
    if world.menu is None:
        raise Refused(46003, "menu no exist")
    return {"menu": {"button": world.menu}}


def delete_menu(world: World, _call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/menu/delete."""
    world.menu = None
    return OK


def create_code(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/qrcode/create: a scene for some time or for ever."""
    name = call.body.get("action_name")
    if name not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise Refused(40053, "invalid action info")
    lasts = None if "LIMIT" in name else min(timedelta(seconds=int(call.body.get("expire_seconds") or 60)), CODE_LASTS)
    code = Code(
        _scene(name, call.body.get("action_info")),
        "gQ" + secrets.token_urlsafe(60),
        secrets.token_urlsafe(16),
        None if lasts is None else call.at + lasts,
    )
    world.codes[code.ticket] = code
    answer: dict[str, Any] = {"ticket": code.ticket, "url": f"{world.settings.public_url}/q/{code.key}"}
    return answer if lasts is None else answer | {"expire_seconds": int(lasts.total_seconds())}


def _scene(name: str, info: Any) -> str:
    scene = info.get("scene") if isinstance(info, Mapping) else None
    value = scene.get("scene_str" if "STR" in name else "scene_id") if isinstance(scene, Mapping) else None
    wanted = str if "STR" in name else int
    if not isinstance(value, wanted) or not 1 <= len(str(value)) <= 64:
        raise Refused(40053, "invalid action info")
    return str(value)


async def show_code(world: World, request: Request) -> Response:
    """GET /cgi-bin/showqrcode (mp.weixin.qq.com): the picture, for anybody who has the ticket."""
    code = world.codes.get(request.query.get("ticket", ""))
    if code is None:
        return Response(status=404)
    picture = io.BytesIO()
    segno.make(f"{world.settings.public_url}/q/{code.key}", error="m").save(picture, kind="png", scale=8)
    return Response(body=picture.getvalue(), content_type="image/png")
