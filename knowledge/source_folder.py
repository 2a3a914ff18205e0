"""The editions of one source: which are ready, which one is served, who released it and when."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from knowledge.editions import Edition
from knowledge.yamlfile import BadDataError

READY, PARTIAL = ".sqlite3", ".partial"
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RESERVED = frozenset({"own", "composed"})
RELEASE, ROLLBACK = "release", "rollback"


class SourceError(ValueError):
    """What was asked of a source cannot be done; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a source's history."""

    what: str
    """`release` or `rollback`."""
    number: int
    """The edition served from then on; 0: none."""
    who: str
    at: str
    """ISO, with time zone."""


class SourceFolder:
    """`<clinic>/<source>/`: numbered editions, `current`, `history.jsonl`."""

    def __init__(self, clinic: Path, id: str) -> None:
        """Raises SourceError for an id that is no short word: it becomes the name of a folder."""
        if not _ID.fullmatch(id) or id in _RESERVED:
            raise SourceError(f"来源代号“{id}”不能用：请用小写字母、数字和短横线，字母开头，如 nmpa、guideline-htn")
        self.id, self.folder = id, clinic / id

    def ready(self) -> list[int]:
        """Numbers of the finished editions, oldest first."""
        return self._numbers(READY)

    def unfinished(self) -> list[int]:
        """Numbers of imports that were broken off."""
        return self._numbers(PARTIAL)

    def next_number(self) -> int:
        """A number that was not used yet."""
        return max((0, *self.ready(), *self.unfinished(), *(event.number for event in self.history()))) + 1

    def path(self, number: int, ending: str = READY) -> Path:
        """Where an edition lies."""
        return self.folder / f"{number}{ending}"

    def open(self, number: int) -> Edition:
        """A finished edition. Raises BadDataError when it is missing or broken."""
        return Edition(self.path(number))

    def served(self) -> int | None:
        """The number that is served; None before the first release. Raises BadDataError."""
        try:
            written = (self.folder / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        if not written.isdecimal():
            raise BadDataError(f"{self.id}/current 应是版本号，写的却是：{written[:20]!r}")
        return int(written) or None

    def history(self) -> list[Event]:
        """All releases and rollbacks, oldest first. Raises BadDataError."""
        try:
            lines = (self.folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
            return [Event(**json.loads(line)) for line in lines if line.strip()]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            raise BadDataError(f"{self.id}/history.jsonl 读不出来：{error}") from error

    def check_releasable(self, number: int, who: str) -> None:
        """Raises SourceError when there is no such edition, or nobody answers for it."""
        if not who.strip():
            raise SourceError("发布要写明谁审核过：--reviewer 姓名")
        if number not in self.ready():
            raise SourceError(f"{self.id} 没有导好的{f'第 {number} 版' if number else '版本'}")

    def release(self, number: int, who: str, at: datetime) -> None:
        """Serve this edition from now on. Raises SourceError."""
        self.check_releasable(number, who)
        self._write(Event(RELEASE, number, who.strip(), at.isoformat()))

    def before(self) -> int | None:
        """What was served before the last release that stands; None: nothing. Raises SourceError."""
        stack = self._released()
        if not stack:
            raise SourceError(f"{self.id} 没有发布过，没有可以退回的")
        return next((number for number in reversed(stack[:-1]) if number in self.ready()), None)

    def rollback(self, who: str, at: datetime) -> None:
        """Serve that again. Raises SourceError."""
        self._write(Event(ROLLBACK, self.before() or 0, who.strip(), at.isoformat()))

    def forget(self, number: int) -> None:
        """Delete an edition, finished or not, that is not served. Raises SourceError."""
        if number == self.served():
            raise SourceError(f"{self.id} 第 {number} 版正在使用，先发布另一版或退回，再删")
        if number not in (*self.ready(), *self.unfinished()):
            raise SourceError(f"{self.id} 没有第 {number} 版")
        for ending in (READY, PARTIAL, f"{PARTIAL}-journal"):
            self.path(number, ending).unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Alone with this source for the time of the block. Raises SourceError when somebody else is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except BlockingIOError as error:
                raise SourceError(f"{self.id} 正在由另一个命令处理，请等它结束") from error
            yield

    def _released(self) -> list[int]:
        """The releases that were not taken back, the newest last."""
        stack: list[int] = []
        for event in self.history():
            if event.what == ROLLBACK:
                while stack and stack[-1] != event.number:
                    stack.pop()
            elif stack[-1:] != [event.number]:
                stack.append(event.number)
        return stack

    def _write(self, event: Event) -> None:
        """History first: what is served never lacks the name of who released it."""
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as history:
            history.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        fresh = self.folder / f"current.{os.getpid()}.tmp"
        fresh.write_text(f"{event.number}\n", encoding="utf-8")
        fresh.replace(self.folder / "current")

    def _numbers(self, ending: str) -> list[int]:
        found = self.folder.glob(f"*{ending}")
        return sorted(
            int(path.name.removesuffix(ending)) for path in found if path.name.removesuffix(ending).isdecimal()
        )


def sources_in(folder: Path) -> list[SourceFolder]:
    """All sources of a clinic that hold anything, by id: a file refused as a whole leaves its folder, and no more."""
    if not folder.is_dir():
        return []
    names = sorted(one.name for one in folder.iterdir() if one.is_dir())
    sources = [SourceFolder(folder, name) for name in names if _ID.fullmatch(name) and name not in _RESERVED]
    return [one for one in sources if one.ready() or one.unfinished() or one.history()]
