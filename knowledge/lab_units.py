"""Units of lab reports as people write them: one key for all spellings and for units that are the same amount."""

import re

from knowledge.text import normalise

# A bare 10 may be anything; a multiplied or a raised one is the unit of blood counts (10⁹ folds to 109).
_COUNTED = (
    r"(?:[x×*]\s*10|10\s*\^|10\s*\*\*|10\s*的|10\s*e)\s*(?:\^|\*{1,2}|的|e)?\s*(?P<power>9|12)"
    r"\s*(?:次方)?\s*(?:/\s*(?:l|升)|每升)?"
)
_POWER = re.compile(rf"{_COUNTED}|10\s*(?P<plain>9|12)\s*/\s*l")
_SPELLINGS = {
    "mmol/l": ("mmol", "毫摩尔/升", "毫摩尔每升", "毫摩/升", "毫摩尔", "毫摩"),
    "μmol/l": ("umol/l", "umol", "μmol", "微摩尔/升", "微摩尔每升", "微摩/升", "微摩尔", "微摩"),
    "u/l": ("iu/l", "单位/升", "单位每升", "国际单位/升"),
    "g/l": ("克/升", "克每升"),
    "g/dl": ("克/分升",),
    "mg/dl": ("毫克/分升", "mg%"),
    "mg/l": ("毫克/升", "μg/ml", "ug/ml", "毫克每升"),
    "ng/ml": ("纳克/毫升", "μg/l", "ug/l", "微克/升"),
    "pg/ml": ("皮克/毫升", "ng/l"),
    "miu/l": ("μiu/ml", "uiu/ml", "mu/l", "μu/ml", "uu/ml"),
    "iu/ml": ("ku/l",),
    "u/ml": (),
    "nmol/l": ("纳摩尔/升",),
    "pmol/l": ("皮摩尔/升",),
    "meq/l": (),
    "mg/g": (),
    "mg/mmol": (),
    "mm/h": ("毫米/小时", "mm/1h"),
    "ml/min": ("ml/min/1.73m2", "ml/(min·1.73m2)", "ml/min/1.73㎡", "毫升/分钟"),
    "fl": (),
    "l/l": (),
    "/μl": ("/ul", "个/μl", "个/ul", "/mm3", "/立方毫米"),
    "%": ("百分之",),
    "s": ("秒", "sec"),
}
_KEYS = {normalise(name): key for key, others in _SPELLINGS.items() for name in (key, *others)}
_NAMED = "|".join(re.escape(name) for name in sorted(_KEYS, key=len, reverse=True))
UNIT = rf"(?:{_COUNTED.replace('?P<power>', '?:')}|(?:{_NAMED})(?![a-z]))"
"""Matches any of them in a normalised text."""


def unit_key(unit: str) -> str:
    """The one spelling of a unit; what nobody knows stays as it is."""
    plain = normalise(unit)
    if match := _POWER.fullmatch(plain):
        return f"10^{match['power'] or match['plain']}/l"
    return _KEYS.get(plain, plain)
