"""The callbacks: the examination plays Tencent's server, knocks rightly and wrongly, and looks at the answers.

How Tencent knocks: developers.weixin.qq.com, 消息推送配置 (echo, signatures); developer.work.weixin.qq.com/document/
path/90930 (WeCom ciphers the echo as well).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import ClientSession

from connectors.tencent.crypto import Envelope, sign
from connectors.tencent.xml import write_xml
from deploy.doctor.doors import Door, doors_of
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import SILENT, Kit
from deploy.doctor.tencent import NOBODY
from deploy.running import find_running

FORGED = "0" * 40  # as long as a signature


class Knock(StrEnum):
    """What came of it."""

    WELL = "验址、验签、解密都正常"
    NO_DOOR = "没有这个地址。改过设置后要重启网关；经过代理的，请把它转发过来"
    REFUSED = "正确的签名被拒绝：运行中的 Token 与设置不一致。改过设置后要重启网关"
    ODD = "回答的不是约定的内容，可能被登录页或别的网站接走了。请检查代理的转发"
    BROKEN = "处理时出错。请看 var/logs/house.jsonl"
    FORGEABLE = "伪造的签名也被接受，任何人都能冒充腾讯。请立即停用这个地址并检查代理转发到了哪里"
    UNREAD = "验址正常，加密的消息却被拒绝：运行中的 EncodingAESKey 或应用编号与设置不一致。改过设置后要重启网关"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door said."""

    status: int
    body: str


async def look_at_callbacks(kit: Kit) -> Sequence[Finding]:
    """Each door: its secrets, then a knock from this machine and from outside."""
    running = find_running(kit.settings)
    doors, looked = doors_of(kit.settings)
    found = list(looked)
    for door in doors:
        inside = f"{door.name}回调（本机）"
        found.append(await _at(kit, inside, running.url, door) if running else mind(inside, "网关没有运行，没有试"))
        if kit.settings.public_url:
            found.append(await _at(kit, f"{door.name}回调（外网）", kit.settings.public_url, door))
    return found


async def _at(kit: Kit, part: str, base: str, door: Door) -> Finding:
    try:
        outcome = await knock(kit.http, base + door.path, door, int(kit.clock().timestamp()))
    except SILENT as error:
        return failed(part, f"{base}{door.path} 连不上（{type(error).__name__}）。请看上面端口、证书各行")
    words = f"{base}{door.path} {outcome.value}"
    return well(part, words) if outcome is Knock.WELL else failed(part, words)


async def knock(http: ClientSession, url: str, door: Door, timestamp: int) -> Knock:
    """Echo, forged echo, forged message, message. Raises what `SILENT` names."""
    echo, stamp = secrets.token_hex(8), str(timestamp)
    query, said = _echo(door, echo, stamp)
    answer = await _ask(http, url, {**query, "echostr": said})
    if (wrong := _no_echo(answer, echo)) is not None:
        return wrong
    forged = await _ask(http, url, {**_forged(query), "echostr": said})
    if forged.status < 400:
        return Knock.FORGEABLE
    return await _message(http, url, door.envelope, stamp)


def _echo(door: Door, echo: str, stamp: str) -> tuple[dict[str, str], str]:
    """The query, and the echo string as it goes over the wire."""
    nonce = secrets.token_hex(4)
    query = {"timestamp": stamp, "nonce": nonce}
    if not door.ciphers_echo:
        return {**query, "signature": sign(door.envelope.token, stamp, nonce)}, echo
    sealed = door.envelope.seal(echo.encode(), stamp, nonce)
    return {**query, "msg_signature": sealed.signature}, sealed.ciphertext


def _no_echo(answer: Answer, echo: str) -> Knock | None:
    if answer.status == 404:
        return Knock.NO_DOOR
    if answer.status >= 500:
        return Knock.BROKEN
    if answer.status in (401, 403):
        return Knock.REFUSED
    return None if (answer.status, answer.body) == (200, echo) else Knock.ODD


async def _message(http: ClientSession, url: str, envelope: Envelope, stamp: str) -> Knock:
    """One that nobody sent and that nothing follows from: nobody pressed a link of the menu."""
    nonce = secrets.token_hex(4)
    xml = write_xml({
        "ToUserName": NOBODY, "FromUserName": NOBODY, "CreateTime": int(stamp),
        "MsgType": "event", "Event": "VIEW", "EventKey": NOBODY,
    })  # fmt: skip
    query = {"timestamp": stamp, "nonce": nonce, "signature": sign(envelope.token, stamp, nonce)}
    if envelope.keys:
        sealed = envelope.seal(xml, stamp, nonce)
        query |= {"encrypt_type": "aes", "msg_signature": sealed.signature}
        xml = write_xml({"ToUserName": NOBODY, "Encrypt": sealed.ciphertext})
    if (await _ask(http, url, _forged(query), xml)).status < 400:
        return Knock.FORGEABLE
    answer = await _ask(http, url, query, xml)
    if answer.status >= 500:
        return Knock.BROKEN
    return Knock.WELL if answer.status == 200 and answer.body in ("", "success") else Knock.UNREAD


def _forged(query: Mapping[str, str]) -> dict[str, str]:
    return {name: FORGED if name.endswith("signature") else value for name, value in query.items()}


async def _ask(http: ClientSession, url: str, query: Mapping[str, str], body: bytes | None = None) -> Answer:
    method = "GET" if body is None else "POST"
    async with http.request(method, url, params=query, data=body, allow_redirects=False) as answer:
        return Answer(answer.status, (await answer.content.read(4_096)).decode("utf-8", "replace"))
