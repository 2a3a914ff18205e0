"""Encrypted files, named by an id: `<folder>/<clinic>/<first two characters>/<id>`, readable by their owner only."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bot.crypto import Keyring
from bot.db import CLINIC_NAME

_ID = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".part"


def is_media_id(text: str) -> bool:
    """Whether it could name a file at all."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """The folder. Its methods work on the disk at once: call them in a thread. Raises OSError."""

    folder: Path
    keyring: Keyring

    def write(self, clinic: str, media: str, plain: bytes) -> None:
        """Store a file whole or not at all; only cipher ever touches the disk."""
        path = self._path(clinic, media)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._clear(path)
        unfinished = path.with_name(f"{media}.{uuid4().hex}{_UNFINISHED}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.keyring.encrypt_bytes(plain, f"{clinic}/{media}"))
            file.flush()
            os.fsync(file.fileno())  # the row that says `stored` must not outlive the bytes
        unfinished.replace(path)

    def read(self, clinic: str, media: str) -> bytes:
        """A file's bytes. Raises FileNotFoundError, UndecryptableValue."""
        return self.keyring.decrypt_bytes(self._path(clinic, media).read_bytes(), f"{clinic}/{media}")

    def _clear(self, path: Path) -> None:
        """Remove what an earlier try left behind when it was killed."""
        for left in path.parent.glob(f"{path.name}.*{_UNFINISHED}"):
            left.unlink(missing_ok=True)

    def _path(self, clinic: str, media: str) -> Path:
        if not CLINIC_NAME.fullmatch(clinic) or not is_media_id(media):
            raise ValueError("not a name of ours")
        return self.folder / clinic / media[:2] / media
