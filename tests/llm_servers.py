"""Servers of models for the tests: llama.cpp with a small model, both from wheels; vLLM where one is named; a stand-in.

The real ones prove the protocol; their words are nonsense. The stand-in says and does what a test wants of it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from deploy.llm import bundled_model
from deploy.trouble import Trouble
from tests.conftest import lacking
from tests.llm_stand_in import MODEL_NAME, StandIn, stand_in

__all__ = ["MODEL_NAME", "Llama", "ModelServer", "StandIn", "Vllm", "llama", "stand_in", "vllm"]

VLLM_URL = "XINGLIN_TEST_VLLM_URL"
VLLM_KEY = "XINGLIN_TEST_VLLM_KEY"

# A process of its own, that a test may kill; it ends with the one who reads what it says.
_SERVE = """
import sys
from pathlib import Path
from deploy.llm import Serving, start
server = start(Serving(Path(sys.argv[1]), port=0, threads=int(sys.argv[2]), api_key=sys.argv[3]))
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class ModelServer(Protocol):
    """A real server: where it is, and what it measures of itself."""

    @property
    def model(self) -> str:
        """The name of what it serves."""

    @property
    def api_key(self) -> str:
        """What it wants to be shown."""

    @property
    def knows_names(self) -> bool:
        """Whether it refuses a model that it does not serve."""

    @property
    def base_url(self) -> str:
        """What clients of OpenAI's interface are given."""

    def written(self) -> float:
        """Tokens written so far, for everybody."""

    def at_work(self) -> float:
        """Questions it is answering at this moment."""


class Llama:
    """A running llama.cpp server."""

    knows_names = False

    def __init__(self, model: Path, threads: int = 1, api_key: str = "") -> None:
        self.model, self.api_key = model.stem, api_key or "none"
        command = [sys.executable, "-c", _SERVE, str(model), str(threads), api_key]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http"), "llama.cpp did not start"

    @property
    def base_url(self) -> str:
        """What clients of OpenAI's interface are given."""
        return f"{self.url}/v1"

    def measured(self, name: str) -> float:
        """A figure of its metrics."""
        return sum(_figures(self.url, self.api_key, f"llamacpp:{name} "))

    def written(self) -> float:
        """Tokens written so far, for everybody."""
        return self.measured("n_decode_total")  # the others count only what was written to its end

    def at_work(self) -> float:
        """Questions it is answering at this moment."""
        return self.measured("requests_processing")

    def kill(self) -> None:
        """End it at once, in the middle of a word. Harmless when it has ended."""
        self._process.kill()
        self._process.communicate()


class Vllm:
    """A vLLM server that somebody has started."""

    knows_names = True

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url, self.api_key = base_url, api_key
        self.model = os.environ.get("XINGLIN_TEST_VLLM_MODEL", "xinglin-tiny")
        parts = urlsplit(base_url)
        self._root = f"{parts.scheme}://{parts.netloc}"

    def measured(self, name: str) -> float:
        """A figure of its metrics, of all its labels together. Fails when there is none of that name."""
        found = list(_figures(self._root, self.api_key, f"vllm:{name}{{"))
        assert found, f"vLLM does not measure {name}"
        return sum(found)

    def written(self) -> float:
        """Tokens written so far, for everybody."""
        return self.measured("generation_tokens_total")

    def at_work(self) -> float:
        """Questions it is answering at this moment."""
        return self.measured("num_requests_running")


def _figures(root: str, api_key: str, begins: str) -> Iterator[float]:
    request = Request(f"{root}/metrics", headers={"Authorization": f"Bearer {api_key}"})
    with urlopen(request, timeout=30) as response:
        lines = response.read().decode().splitlines()
    return (float(line.rsplit(maxsplit=1)[1]) for line in lines if line.startswith(begins))


@contextmanager
def llama(model: Path | None = None, threads: int = 1, api_key: str = "") -> Iterator[Llama]:
    """A llama.cpp server for the time of the block; where the wheels are missing, the test is skipped or fails."""
    try:
        import xllamacpp  # noqa: F401

        file = model or bundled_model()
    except (ImportError, Trouble) as error:
        lacking("a small language model", error)
    server = Llama(file, threads, api_key)
    try:
        yield server
    finally:
        server.kill()


def vllm() -> Vllm:
    """The vLLM server named in the environment; docs/models.md tells how to start one. Otherwise a skip."""
    base_url = os.environ.get(VLLM_URL)
    if not base_url:
        pytest.skip(f"{VLLM_URL} names no vLLM server")
    return Vllm(base_url.rstrip("/"), os.environ.get(VLLM_KEY, "none"))
