"""Questions without a subject ask on about what was talked of: 多少年了, 什么颜色, 几次."""

from collections.abc import Sequence

from cases.ears import OF_WHAT
from cases.lexicon import lexicon
from cases.model import Script, Unlock

_OF_TIME = OF_WHAT - {"site", "radiation", "trigger", "self_treatment", "earlier_attacks", "activity", "meal_relation"}
"""What may be asked of any topic; 具体哪个地方痛 is asked of the complaint, whatever was talked of last."""


def followed(script: Script, items: Sequence[str], words: str, before: Sequence[str]) -> str | None:
    """多少年了 after smoking asks on about smoking, 多久了 after the pain for the onset."""
    if len(words) > 8 or lexicon()["complaint"].search(words) or any(item not in _OF_TIME for item in items):
        return None
    return _topic(script, before)


def follow_up(script: Script, words: str, before: Sequence[str]) -> str | None:
    """什么颜色 after vomiting asks for what was vomited, 厉害吗 after the cough for the cough."""
    if len(words) > 12:
        return None
    own = {each.id for each in script.items}
    if lexicon()["what_colour"].search(words):
        for topic in before:
            for item in _LOOKS.get(topic, ()):
                if item in own:
                    return item
    if lexicon()["more_of_it"].search(words):
        return _topic(script, before)
    return None


_LOOKS = {
    "nausea": ("vomit_content", "nausea"), "vomit_content": ("vomit_content",), "cough": ("sputum", "cough"),
    "sputum": ("sputum",), "diarrhea": ("stool_character", "diarrhea"), "constipation": ("stool_character",),
    "stool_urine": ("stool_character", "stool_urine"), "stool_character": ("stool_character",),
    "urine_volume": ("urine_color",), "urine_frequency": ("urine_color",), "dysuria": ("urine_color",),
    "urine_color": ("urine_color",), "polyuria": ("urine_color",), "discharge": ("discharge",),
    "vaginal_bleeding": ("vaginal_bleeding",), "menses_volume": ("menses_volume",), "rash": ("rash_look",),
    "rash_look": ("rash_look",), "rash_site": ("rash_look",), "runny_nose": ("runny_nose",),
    "black_stool": ("black_stool", "stool_character"), "blood_stool": ("blood_stool", "stool_character"),
    "hematemesis": ("hematemesis", "vomit_content"), "nipple_discharge": ("nipple_discharge",),
    "hemoptysis": ("hemoptysis", "sputum"), "blister": ("blister", "rash_look"),
    "wet_diapers": ("urine_color", "wet_diapers"),
    "water_broken": ("water_broken",),
}  # fmt: skip


def _topic(script: Script, before: Sequence[str]) -> str | None:
    """The last thing talked of that is not the complaint itself."""
    own = {each.id: each for each in script.items}
    for name in reversed(before):
        if name in own:
            item = own[name]
            return None if name in OF_WHAT or item.unlock is Unlock.OPEN_QUESTION else name
    return None
