"""Writes small PDFs with a Chinese text layer, the way printers do: glyph numbers, and a table that names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PAGE_HEIGHT, _PAGE_WIDTH = 842, 595


@dataclass(frozen=True)
class Put:
    """Text at a place; y is measured from the foot of the page, in points."""

    x: float
    y: float
    text: str
    size: float = 11


def column(lines: Iterable[str], top: float = 700, x: float = 60, pitch: float = 18, size: float = 11) -> list[Put]:
    """Lines below each other."""
    return [Put(x, top - number * pitch, line, size) for number, line in enumerate(lines)]


def pdf(pages: Sequence[Sequence[Put]], *, named: bool = True) -> bytes:
    """A PDF; without `named` its font lacks the table that says which character a glyph is."""
    contents = [_stream("\n".join(map(_shown, page)).encode()) for page in pages]
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    unicode = "/ToUnicode 5 0 R" if named else ""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        f"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]{unicode}>>".encode(),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000>>",
        _stream(_names(pages)),
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {_PAGE_WIDTH} {_PAGE_HEIGHT}]"
            f"/Contents {first + 2 * number + 1} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode(),
            content,
        ]
    return _file(objects)


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def _shown(put: Put) -> str:
    return f"BT /F1 {put.size} Tf 1 0 0 1 {put.x} {put.y} Tm <{put.text.encode('utf-16-be').hex()}> Tj ET"


def _names(pages: Sequence[Sequence[Put]]) -> bytes:
    codes = sorted({f"{ord(char):04x}" for page in pages for put in page for char in put.text})
    parts = [codes[start : start + 100] for start in range(0, len(codes), 100)]
    named = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(f"<{code}> <{code}>" for code in part) + "\nendbfchar"
        for part in parts
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Song def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{named}\nendcmap end end"
    ).encode()


def _file(objects: Sequence[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(written))
    )
