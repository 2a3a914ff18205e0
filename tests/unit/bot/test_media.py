"""Files that people send: what they are, and how they lie on the disk."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.crypto import Keyring, UndecryptableValue
from bot.media_files import MediaFiles
from bot.media_types import ending_of, type_of

ID, OTHER = "0123456789abcdef" * 2, "f" * 32
KEYS = Keyring({"k2": b"2" * 32, "k1": b"1" * 32}, "k2")
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"photo of a rash" * 50
REST = bytes(200)


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    return MediaFiles(tmp_path / "media", KEYS)


def on_disk(files: MediaFiles) -> list[Path]:
    return sorted(path for path in files.folder.rglob("*") if path.is_file())


class TestTypes:
    @pytest.mark.parametrize(
        ("start", "kind"),
        [
            (b"\xff\xd8\xff\xdb", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF89a", "image/gif"),
            (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"), (b"#!AMR\n", "audio/amr"),
            (b"#!SILK_V3", "audio/silk"), (b"\x02#!SILK_V3", "audio/silk"), (b"OggS\x00\x02", "audio/ogg"),
            (b"ID3\x04\x00", "audio/mpeg"), (b"\xff\xfb\x90\x00", "audio/mpeg"), (b"%PDF-1.7\n", "application/pdf"),
            (b"\x00\x00\x00\x20ftypisom", "video/mp4"), (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ],
    )  # fmt: skip
    def test_known_ones_are_told(self, start: bytes, kind: str) -> None:
        assert type_of(start + REST) == kind
        assert ending_of(kind) != "bin"

    @pytest.mark.parametrize(
        "start",
        [b"", b"MZ\x90\x00", b"PK\x03\x04", b"\x7fELF", b"<html><script>", b"<svg xmlns=", b"<?xml", b"#!/bin/sh\n",
         b"{}", b"RIFF\x24\x00\x00\x00WAVE", b"\x00\x00\x00\x20ftypheic", b"\x00\x00\x00\x14ftypqt  ", b"\xff\xd8",
         b"\xff\xff\xff\xff",
         b"\xff\xfe<\x00h\x00", b" %PDF-1.7", b"BM6\x00", b"\x89PNG", b"\xd0\xcf\x11\xe0"],
    )  # fmt: skip
    def test_nothing_else_is_kept(self, start: bytes) -> None:
        assert type_of(start + REST) is None

    @given(some.binary(max_size=40))
    def test_no_bytes_break_it(self, content: bytes) -> None:
        kind = type_of(content)
        assert kind is None or "/" in kind


class TestFiles:
    def test_what_goes_in_comes_out_and_is_cipher_in_between(self, files: MediaFiles) -> None:
        files.write("demo", ID, PHOTO)
        assert files.read("demo", ID) == PHOTO
        (path,) = on_disk(files)
        assert path == files.folder / "demo" / "01" / ID
        assert b"JFIF" not in path.read_bytes() and b"rash" not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_write_that_is_killed_leaves_no_plain_bytes_and_no_half_file(
        self, files: MediaFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(_descriptor: int) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", killed)
            with pytest.raises(KeyboardInterrupt):
                files.write("demo", ID, PHOTO)
        with pytest.raises(FileNotFoundError):
            files.read("demo", ID)
        assert [path.suffix for path in on_disk(files)] == [".part"]
        assert b"JFIF" not in on_disk(files)[0].read_bytes()
        files.write("demo", ID, PHOTO)
        assert [path.name for path in on_disk(files)] == [ID]

    def test_writing_again_replaces(self, files: MediaFiles) -> None:
        files.write("demo", ID, b"old")
        files.write("demo", ID, PHOTO)
        assert files.read("demo", ID) == PHOTO and len(on_disk(files)) == 1

    def test_a_changed_or_exchanged_file_is_refused(self, files: MediaFiles) -> None:
        files.write("demo", ID, PHOTO)
        files.write("demo", OTHER, b"%PDF-1.7 of somebody else")
        path, other = files._path("demo", ID), files._path("demo", OTHER)
        good = path.read_bytes()
        for bad in (other.read_bytes(), good[:-1], good[:20], b"", b"v1.k2.", bytes([good[0] ^ 1]) + good[1:]):
            path.write_bytes(bad)
            with pytest.raises(UndecryptableValue):
                files.read("demo", ID)

    def test_keys_rotate(self, files: MediaFiles) -> None:
        MediaFiles(files.folder, Keyring({"k1": b"1" * 32}, "k1")).write("demo", ID, PHOTO)
        assert files.read("demo", ID) == PHOTO

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "x", ID.upper(), ID + "/..", f"{ID}\n"])
    def test_only_our_ids_name_a_file(self, files: MediaFiles, name: str) -> None:
        with pytest.raises(ValueError, match="not a name"):
            files.read("demo", name)
        with pytest.raises(ValueError, match="not a name"):
            files.write("../demo", ID, PHOTO)
