"""The font of pictures and PDFs: kept beside this file, since a fresh server has none with Chinese characters.

Noto Sans CJK SC, under the SIL Open Font License 1.1 (OFL.txt); `bot.record.make_font` makes it anew.
"""

from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("NotoSansSC-part.ttf")
MORE: Final = "䓬腘啰✓"
"""Characters of drug and body names that neither set has (苯二氮䓬), and a sign of ours."""
_LACKING: Final = frozenset("ˍ‾∼≒")
"""Signs of the two sets that Noto does not draw."""
_SETS: Final = (("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)), ("big5", range(0xA1, 0xFA), range(0x40, 0xFF)))


@cache
def characters() -> frozenset[str]:
    """What the font holds: ASCII, GB 2312 (simplified), Big5 (traditional) and a few more; 16,000 in all."""
    ascii_letters = map(chr, range(0x20, 0x7F))
    return frozenset().union(ascii_letters, MORE, *(_of(*one) for one in _SETS)) - _LACKING


def _of(encoding: str, leads: range, trails: range) -> frozenset[str]:
    """Everything that an encoding writes with two bytes."""
    pairs = (bytes((lead, trail)).decode(encoding, errors="ignore") for lead in leads for trail in trails)
    return frozenset(pair for pair in pairs if len(pair) == 1 and (pair.isprintable() or pair.isspace()))
