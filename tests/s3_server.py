"""An S3-compatible server from its wheel (SeaweedFS), for the tests of what is kept outside."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import lacking

PATIENCE_S = 60
KEY_ID, SECRET, BUCKET = "debrief-key", "debrief-secret-of-the-test", "debriefs"


@dataclass(frozen=True, slots=True)
class S3At:
    """Where it is, and who may write."""

    url: str
    bucket: str = BUCKET
    key_id: str = KEY_ID
    secret: str = SECRET


@contextmanager
def s3_server(folder: Path) -> Iterator[S3At]:
    """A server for the time of the block, with nothing in it."""
    weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if weed is None:
        lacking("SeaweedFS")
    ports = _free_ports(8)
    identity = {"name": "house", "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    with (folder / "weed.log").open("wb") as output:
        process = subprocess.Popen(_command(weed, folder, ports), cwd=folder, stdout=output, stderr=output)
    try:
        if not _listens(ports[0]):
            lacking("SeaweedFS")
        yield S3At(f"http://127.0.0.1:{ports[0]}")
    finally:
        process.kill()  # its own way to stop takes half a minute, and nothing of it is needed any more
        process.wait()


def _command(weed: str, folder: Path, ports: list[int]) -> list[str]:
    s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = ports
    return [
        weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
        f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", f"-s3.config={folder / 's3.json'}", "-s3.port.iceberg=0",
        f"-master.port={master}", f"-master.port.grpc={master_grpc}", "-master.volumeSizeLimitMB=64",
        f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}", "-volume.max=20",
        f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}", "-filer=true",
    ]  # fmt: skip


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _listens(port: int) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
