"""`第二个`, `就他吧`: words that point at a button of the question just asked mean that button's words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions.heard import Event, Heard

_ORDINAL = re.compile(
    r"^(?:就|那|选|要|我选|我要|嗯|好|,|，)*第\s*([一二三四五六七八九1-9])\s*(?:个|位|种|条|天|项)?(?:吧|呗|啊|的|好了|医生)*$"
)
_THIS = re.compile(r"^(?:就|那|选|要|嗯|好|行|,|，)*(?:他|她|它|这个|这位|这天|那个|那位)(?:吧|呗|啊|了|医生|好了)*$")
_ORDER = "一二三四五六七八九"


def pointed_out(heard: Heard) -> str:
    """The words of the button pointed at; the person's own where they point at none."""
    text, buttons = heard.text.strip("。.！! "), _last_buttons(heard.events)
    if match := _ORDINAL.match(text):
        place = _ORDER.find(match[1]) if match[1] in _ORDER else int(match[1]) - 1
        return str(buttons[place]["say"]) if place < len(buttons) else heard.text
    # With one thing offered, and one way to leave it open, `this` is clear.
    return str(buttons[0]["say"]) if buttons and len(buttons) <= 2 and _THIS.match(text) else heard.text


def _last_buttons(events: Sequence[Event]) -> Sequence[Mapping[str, Any]]:
    """The buttons that say words, of the form's last question."""
    for event in reversed(events):
        custom = (event.get("data") or {}).get("custom") or {}
        if event.get("event") == "bot" and custom.get("asks"):
            return [one for one in custom.get("buttons", ()) if "say" in one]
    return ()
