"""What a file is, told by its first bytes: its name and what the channel says of it are never trusted. Pure."""

from collections.abc import Callable, Mapping

HEAD_BYTES = 16  # enough to tell all of them apart

_STARTS: Mapping[bytes, str] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"#!AMR\n": "audio/amr",
    b"#!AMR-WB\n": "audio/amr-wb",
    b"#!SILK_V3": "audio/silk",
    b"\x02#!SILK_V3": "audio/silk",  # as Tencent writes it, with a byte before
    b"OggS\x00": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"%PDF-": "application/pdf",
}
_ENDINGS: Mapping[str, str] = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "audio/amr": "amr",
    "audio/amr-wb": "amr", "audio/silk": "silk", "audio/ogg": "ogg", "audio/mpeg": "mp3", "application/pdf": "pdf",
    "video/mp4": "mp4",
}  # fmt: skip
_VIDEO_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"})


def type_of(content: bytes) -> str | None:
    """The MIME type; None for whatever we don't keep."""
    known = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    return known or next((kind for kind, fits in _SHAPES.items() if fits(content[:HEAD_BYTES])), None)


def ending_of(content_type: str) -> str:
    """The ending of a file name of this type."""
    return _ENDINGS.get(content_type, "bin")


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_mp4(head: bytes) -> bool:
    """ISO/IEC 14496-12: a first box `ftyp` with a brand of those that players know."""
    return head[4:8] == b"ftyp" and head[8:12] in _VIDEO_BRANDS


def _is_mp3(head: bytes) -> bool:
    """A frame header of MPEG layer III: eleven set bits, a known version, rate and frequency (ISO/IEC 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


_SHAPES: Mapping[str, Callable[[bytes], bool]] = {"image/webp": _is_webp, "video/mp4": _is_mp4, "audio/mpeg": _is_mp3}
