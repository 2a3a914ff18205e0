"""Reading the hospital's passive answer as strictly as Tencent does.

Official: developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html.
"""

from connectors.tencent.crypto import BadEnvelope, Envelope, WrongSignature
from connectors.tencent.xml import Fields, NotXml, inner, read_xml, text
from deploy.standin.wechat.people import Look, Shown, Way
from deploy.standin.wechat.settings import Mode

TEXT_BYTES = 2048  # what the phone shows of a longer one; reported by users, see silenceper/wechat#673
_MOST_BYTES = 1_000_000
_SILENT = (b"", b"success")


class Malformed(Exception):
    """The body is nothing WeChat understands."""


def read_reply(body: bytes, mode: Mode, envelope: Envelope, openid: str, account: str) -> Shown | None:
    """What to show; None when the hospital says it will not answer here. Raises Malformed."""
    if body.strip() in _SILENT:
        return None
    fields = _fields(body)
    if "Encrypt" in fields and mode is not Mode.PLAIN:
        fields = _fields(_opened(fields, envelope))
    elif mode is Mode.SAFE:
        raise Malformed("safe mode wants a ciphered answer")
    _check(fields, openid, account)
    return _shown(fields)


def _opened(fields: Fields, envelope: Envelope) -> bytes:
    signature, timestamp, nonce, cipher = (
        _must(fields, name) for name in ("MsgSignature", "TimeStamp", "Nonce", "Encrypt")
    )
    try:
        return envelope.open(signature, timestamp, nonce, cipher).text
    except (WrongSignature, BadEnvelope) as error:
        raise Malformed(f"cipher {error.code}") from error


def _fields(body: bytes) -> Fields:
    try:
        return read_xml(body, _MOST_BYTES)
    except NotXml as error:
        raise Malformed(f"no XML: {error}") from error


def _must(fields: Fields, name: str) -> str:
    if name not in fields:
        raise Malformed(f"{name} is missing")
    return text(fields, name)


def _check(fields: Fields, openid: str, account: str) -> None:
    if (_must(fields, "ToUserName"), _must(fields, "FromUserName")) != (openid, account):
        raise Malformed("sender and receiver are not the other way round")
    if not _must(fields, "CreateTime").strip().isdigit():
        raise Malformed("CreateTime is no number")


def _shown(fields: Fields) -> Shown | None:
    kind = _must(fields, "MsgType")
    if kind == "text":
        return _words(_must(fields, "Content"))
    if kind in ("image", "voice", "video"):
        if not (media := text(inner(fields, kind.title()), "MediaId")):
            raise Malformed(f"{kind} without MediaId")
        return Shown(Way.PASSIVE, Look(kind), f"[{kind}]", media=media)
    if kind == "news":
        return _news(inner(inner(fields, "Articles"), "item"))
    if kind == "transfer_customer_service":
        return None
    raise Malformed("unknown MsgType")


def _words(words: str) -> Shown:
    if not words:
        raise Malformed("Content is empty")
    kept = words.encode()[:TEXT_BYTES].decode(errors="ignore")
    return Shown(Way.PASSIVE, Look.TEXT, kept, cut=kept != words)


def _news(item: Fields) -> Shown:
    if not (title := text(item, "Title")):
        raise Malformed("news without an article")
    return Shown(Way.PASSIVE, Look.NEWS, text(item, "Description"), title=title, url=text(item, "Url"))
