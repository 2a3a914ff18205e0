"""Which program of this machine listens on a port, as far as the system tells (Linux: proc(5), `net/tcp`)."""

from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"  # TCP_LISTEN of the kernel's include/net/tcp_states.h


def who_listens(port: int, proc: Path = PROC) -> str | None:
    """`nginx（进程 812）`, or None where nobody listens or we may not know."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    for process in proc.glob("[0-9]*") if sockets else ():
        if sockets & set(_open_files(process)):
            return f"{_name(process)}（进程 {process.name}）"
    return None


def _inodes(port: int, proc: Path) -> Iterator[str]:
    """Of sockets that listen there, IPv4 and IPv6."""
    for table in (proc / "net" / "tcp", proc / "net" / "tcp6"):
        try:
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
        except OSError:  # no Linux, or no IPv6
            continue
        yield from (row[9] for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port)


def _open_files(process: Path) -> Iterator[str]:
    try:
        for file in (process / "fd").iterdir():
            yield str(file.readlink())
    except OSError:  # it ended meanwhile, or is another user's
        return


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "未知程序"
