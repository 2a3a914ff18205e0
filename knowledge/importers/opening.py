"""Opening what was handed over: the file itself, or the one that counts inside its zip."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from knowledge.importers.records import UnreadableError

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What reading a member of a damaged zip raises, at once or somewhere in the middle."""
_NOT_WHOLE = (*BROKEN, OSError, ValueError, RuntimeError)
"""What opening a damaged zip, or a member of one, raises; places beyond the file's end among them."""
_ZIP_BEGINS = b"PK"
_ENCRYPTED = 0x1


@contextmanager
def opened(file: Path, name: str) -> Iterator[IO[bytes]]:
    """The bytes of a plain file, or of the member of a zip whose name ends so. Raises UnreadableError."""
    with file.open("rb") as plain:
        if plain.read(2) != _ZIP_BEGINS:
            plain.seek(0)
            yield plain
            return
    with _archive(file) as archive, _inside(archive, _member(archive, name)) as inside:
        yield inside


def holds(file: Path, name: str) -> bool:
    """Whether a zip has a member whose name ends so. Raises UnreadableError when it is no whole zip."""
    with _archive(file) as archive:
        return bool(_members(archive, name))


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _NOT_WHOLE as error:
        raise UnreadableError(f"{file.name} 不是完整的 zip 压缩包（可能没有下载完）") from error


def _inside(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except _NOT_WHOLE as error:
        raise UnreadableError(f"压缩包里的 {member.filename} 打不开：{error}") from error


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The member nearest to the top: releases carry a smaller copy of themselves in a folder below."""
    found = _members(archive, name)
    if not found:
        raise UnreadableError(f"压缩包里没有 {name} 文件")
    if len(found) > 1 and _depth(found[0]) == _depth(found[1]):
        raise UnreadableError(f"压缩包里有几个 {name} 文件，请解压后逐个导入")
    if found[0].flag_bits & _ENCRYPTED:
        raise UnreadableError("压缩包有密码，请先解开")
    return found[0]


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    inside = (one for one in archive.infolist() if not one.filename.startswith("__MACOSX/"))
    return sorted((one for one in inside if one.filename.lower().endswith(name.lower())), key=_depth)


def _depth(member: zipfile.ZipInfo) -> int:
    return member.filename.count("/")
