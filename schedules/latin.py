"""Latin abbreviations of prescriptions: how often, when, by which way (tid po pc), and their Chinese words.

Meanings as taught for Chinese outpatient prescriptions; qm is every morning, never every month.
"""

import re
from typing import Final

from schedules.timing import WhenCode

TIMES_A_DAY: Final = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "bd": 2, "tds": 3, "qds": 4}
TIMES_A_WEEK: Final = {"qw": 1, "biw": 2, "tiw": 3}
CODES: Final = {
    "qn": WhenCode.NIGHT, "qm": WhenCode.MORN, "hs": WhenCode.HS, "ac": WhenCode.AC, "pc": WhenCode.PC,
}  # fmt: skip
ROUTES: Final = {
    "po": "口服", "sl": "舌下含服", "ih": "皮下注射", "sc": "皮下注射", "im": "肌肉注射", "iv": "静脉注射",
    "ivgtt": "静脉滴注", "pr": "直肠给药", "inh": "吸入", "ext": "外用",
}  # fmt: skip
_CHINESE_ROUTES: Final = (
    "舌下含服", "皮下注射", "肌肉注射", "静脉注射", "静脉滴注", "直肠给药", "口服", "含服", "嚼服", "外用", "外涂",
    "吸入", "肌注", "静滴", "滴眼", "滴鼻", "滴耳", "喷鼻", "含漱",
)  # fmt: skip


def _spelled(words: tuple[str, ...]) -> str:
    """Each word with or without dots: tid, t.i.d."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(r"\.?".join(word) for word in longest)


def _word(words: tuple[str, ...]) -> re.Pattern[str]:
    # A Chinese letter or a figure may stand right beside it: 口服tid, tid7天.
    return re.compile(rf"(?<![a-z])(?:{_spelled(words)})(?:\.(?![0-9]))?(?![a-z])")


DAILY: Final = _word((*TIMES_A_DAY, *CODES))
WEEKLY: Final = _word(tuple(TIMES_A_WEEK))
_ROUTE: Final = re.compile(
    rf"(?<![a-z])(?:{_spelled(tuple(ROUTES))})\.?(?![a-z])|(?:{'|'.join(_CHINESE_ROUTES)})(?![液剂溶混补])"
)


def find_route(said: str) -> tuple[str | None, str]:
    """The way of taking in a plain text in Chinese words, and the text without it.

    A Chinese word is left standing: 口服 before an amount says that this amount is the dose.
    """
    match = _ROUTE.search(said)
    if match is None:
        return None, said
    short = match[0].replace(".", "")
    if short not in ROUTES:
        return match[0], said
    return ROUTES[short], said[: match.start()] + " " * len(match[0]) + said[match.end() :]
