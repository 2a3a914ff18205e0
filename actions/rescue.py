"""Rescue: words that Rasa could not place may still be a wish of ours, told oddly. A model may say which.

It chooses from a closed list and points at the person's own words; from these a plain sentence is put together, which
goes through Rasa like any other. Nothing the model makes up gets in, and nothing is done that the person could not
have asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.llm import JsonSchema, Prompt

PROMPT = (Path(__file__).parent / "prompts" / "rescue.v1.md").read_text()
NONE = "none"
MOST_SPANS, LONGEST_SPAN = 5, 20
LONGEST = 120
"""Characters of a message that can be one odd wish; longer ones are stories."""

COMMANDS: Mapping[str, str] = {
    "book_appointment": "我要挂号",
    "change_appointment": "我要改预约",
    "cancel_appointment": "我要取消预约",
    "query_appointment": "查一下我的预约",
    "ask_doctor_schedule": "医生什么时候出诊",
    "ask_department": "我该挂什么科",
    "set_reminder": "提醒我吃药",
    "change_reminder": "我要改吃药提醒的时间",
    "cancel_reminder": "取消吃药提醒",
    "list_reminders": "我设了哪些吃药提醒",
    "request_human": "转人工",
}
"""Every command that may be understood so → the plain words for it. Each asks before it changes anything: that a dose
was taken is no such thing, and must be said plainly."""

SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "command": {"type": "string", "enum": [*COMMANDS, NONE]},
        "said": {"type": "array", "items": {"type": "string", "maxLength": LONGEST_SPAN}, "maxItems": MOST_SPANS},
    },
    "required": ["command", "said"],
    "additionalProperties": False,
}

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was meant."""

    command: str
    words: str
    """The same in plain words."""


def rescue_prompt(text: str) -> Prompt:
    """What the model is shown: the rules, always the same, then the words."""
    return [{"role": "system", "content": PROMPT}, {"role": "user", "content": f"患者的话：{text}"}]


def wish_of(text: str, chosen: Mapping[str, Any]) -> Wish | None:
    """The wish as chosen by the model (an object of SCHEMA); None for none. Only words of the text count."""
    lead = COMMANDS.get(str(chosen["command"]))
    if lead is None:
        return None
    there = _BLANKS.sub("", text)
    said = [span for raw in chosen["said"] if (span := _BLANKS.sub("", raw)) and span in there]
    return Wish(str(chosen["command"]), "，".join([lead, *dict.fromkeys(said)]))
