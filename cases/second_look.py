"""A model's second look at a question the rules did not place: it may only choose ids, it never answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cases.catalogue import catalogue
from cases.hearing import Heard
from cases.model import Script

MOST = 3  # items one question may ask for
_SYSTEM = """医学生在向病人问病史。从下面的条目里选出他这句话在问的，最多三个；都不是就给空列表。
只输出 JSON：{"items": ["条目id"]}。条目：
"""


def prompt(script: Script, unheard: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """The messages for the model: every item any patient may be asked about, so that the list tells nothing."""
    lines = "\n".join(f"{name} {label}" for name, label in _labels(script).items())
    words = json.dumps("；".join(unheard), ensure_ascii=False)
    return {"role": "system", "content": _SYSTEM + lines}, {"role": "user", "content": words}


def schema(script: Script) -> Mapping[str, Any]:
    """The form of the model's answer."""
    chosen = {"type": "array", "items": {"enum": sorted(_labels(script))}, "maxItems": MOST}
    return {"type": "object", "properties": {"items": chosen}, "required": ["items"], "additionalProperties": False}


def with_choice(script: Script, heard: Heard, choice: Mapping[str, Any]) -> Heard:
    """What was heard, with the chosen items: those of this case are asked for, others are elsewhere."""
    own = {each.id for each in script.items}
    chosen = [str(each) for each in choice["items"]][:MOST]
    asked = (*heard.asked, *(each for each in chosen if each in own))
    elsewhere = (*heard.elsewhere, *(each for each in chosen if each not in own))
    return replace(heard, asked=tuple(dict.fromkeys(asked)), elsewhere=tuple(dict.fromkeys(elsewhere)))


def _labels(script: Script) -> Mapping[str, str]:
    shared = {each.id: each.label for each in catalogue().items.values()}
    return shared | {each.id: each.label for each in script.items if each.id not in shared}
