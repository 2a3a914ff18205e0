"""Make the font of the record anew, from the file of Debian's package fonts-noto-cjk (Noto Sans CJK 2.004):

    python -m bot.record.make_font /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

It is cut down to `font.characters()`, and its outlines are turned from PostScript's into TrueType's: a PDF then holds
them in the way that every viewer has known for longest.
"""

import sys
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

from bot.record import font

FACE_SC: Final = 2
"""Place of the face for simplified Chinese in the collection."""
NOT_NEEDED: Final = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx")
"""Tables for setting type vertically and for other shapes of a character."""
DEVIATION: Final = 1.0
"""By how much an outline may differ from the original; an em is 1,000."""
_COUNTS: Final = (
    "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxComponentElements",
)  # fmt: skip


def make(source: Path, target: Path = font.FILE) -> int:
    """Write the font; its size in bytes."""
    cut = _cut(source)
    _to_truetype(cut)
    cut.save(target)
    return target.stat().st_size


def _cut(source: Path) -> TTFont:
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, recalc_bounds=True)
    options.font_number = FACE_SC
    options.drop_tables += NOT_NEEDED
    whole = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in font.characters()])
    cutter.subset(whole)
    return whole


def _to_truetype(cut: TTFont) -> None:
    order, widths = cut.getGlyphOrder(), cut["hmtx"]
    glyphs = {name: _outline(cut.getGlyphSet(), name) for name in order}
    cut["loca"], table = newTable("loca"), newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    cut["glyf"] = table
    del cut["CFF "]
    table.compile(cut)
    for name in order:
        widths[name] = (widths[name][0], getattr(glyphs[name], "xMin", 0))
    profile, names = cut["maxp"], cut["post"]
    profile.tableVersion, profile.maxZones = 0x00010000, 1
    for count in _COUNTS:
        setattr(profile, count, 0)
    # With names in it the font opens twice as fast: else they are made up from the characters each time.
    names.formatType, names.extraNames, names.mapping = 2.0, [], {}
    cut.sfntVersion = "\x00\x01\x00\x00"


def _outline(glyphs: Any, name: str) -> Any:
    pen = TTGlyphPen(glyphs)
    glyphs[name].draw(Cu2QuPen(pen, DEVIATION, reverse_direction=True))
    return pen.glyph()


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
