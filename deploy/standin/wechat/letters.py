"""What the account's server is told: XML as Tencent writes it.

Official: developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html,
…/Receiving_event_pushes.html and …/doc/service/en/guide/product/subscription_messages/push.html.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message or event on its way. The same letter goes out again when it gets no proper answer."""

    openid: str
    fields: Fields
    id: str  # MsgId, or sender and time of an event
    noticed: bool  # the patient waits for it: silence puts the notice on the screen


def text(words: str, choice: str = "") -> Fields:
    """Words; `choice` is the id of a pressed item of a menu message."""
    return {"MsgType": "text", "Content": words} | ({"bizmsgmenuid": choice} if choice else {})


def voice(media: str, words: str | None) -> Fields:
    """A voice; `words` None: the account has no speech recognition, empty: nothing was understood."""
    heard = {} if words is None else {"Recognition": words}
    return {"MsgType": "voice", "MediaId": media, "Format": "amr"} | heard


def image(media: str, url: str) -> Fields:
    """A picture and where it can be seen."""
    return {"MsgType": "image", "PicUrl": url, "MediaId": media}


def video(media: str, thumb: str, short: bool = False) -> Fields:
    """A video, or a short one taken in the chat."""
    return {"MsgType": "shortvideo" if short else "video", "MediaId": media, "ThumbMediaId": thumb}


def location(latitude: float, longitude: float, label: str, scale: int = 16) -> Fields:
    """A place sent by hand, degrees north and east."""
    return {
        "MsgType": "location",
        "Location_X": str(latitude),
        "Location_Y": str(longitude),
        "Scale": scale,
        "Label": label,
    }


def link(title: str, description: str, url: str) -> Fields:
    """A web page passed on."""
    return {"MsgType": "link", "Title": title, "Description": description, "Url": url}


def event(name: str, **more: Any) -> Fields:
    """An event; `more` are its own elements."""
    return {"MsgType": "event", "Event": name, **more}


def subscriptions(name: str, rows: Sequence[Fields]) -> Fields:
    """Events on subscription notices hold one `List` for every template."""
    wrapper = "".join(part.title() for part in name.split("_"))
    return {**event(name), wrapper: {"List": list(rows)}}
