"""A stand-in for a model server: it says what a test wants, and breaks in every way that servers break."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

MODEL_NAME = "smollm2"
PROMPT_TOKENS = 12  # what it says that every question has cost
CONTEXT_CHARS = 30_000


class StandIn(ThreadingHTTPServer):
    """Speaks OpenAI's interface as vLLM does, streaming or whole as it is asked, and does what `behaviour` says.

    Well: answer: says `pieces` · endless: again and again · slow: one a second.
    Silent: hang: takes the question, no more · mute: begins an answer without a word · stall: says `pieces`, no more.
    Broken off: drop: the line dies after them · cut: the answer just ends, without a reason ·
    length: the token limit ends it · blank: nothing but blanks up to the token limit.
    Nonsense: garbage: no JSON · error: an error in the middle of a stream · page: an HTML page.
    Refused: "401", "404", "429", "500", "503".

    `left` is set when a client went away before the end.
    """

    daemon_threads = True
    model = MODEL_NAME
    api_key = "none"
    knows_names = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = "answer"
        self.pieces: Sequence[str] = ()
        self.questions: list[str] = []
        self.keys: list[str] = []
        self.left = threading.Event()
        self.said = self.busy = 0

    @property
    def base_url(self) -> str:
        """What clients of OpenAI's interface are given."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def will(self, behaviour: str, *pieces: str) -> None:
        """Say how the next questions are met."""
        self.behaviour, self.pieces = behaviour, pieces
        self.left.clear()
        self.questions.clear()
        self.keys.clear()

    def written(self) -> float:
        """Pieces said so far."""
        return self.said

    def at_work(self) -> float:
        """Questions it is answering at this moment."""
        return self.busy

    def asked(self) -> dict[str, Any]:
        """The newest question as it came."""
        found: dict[str, Any] = json.loads(self.questions[-1])
        return found

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_GET(self) -> None:
        """Name the models."""
        if self.server.behaviour.isdigit():
            self._refuse(int(self.server.behaviour))
            return
        self._whole(200, {"object": "list", "data": [{"id": self.server.model, "object": "model", "created": 1}]})

    def do_POST(self) -> None:
        """Meet a question."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.questions.append(body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.close_connection = True
        self.server.busy += 1
        try:
            self._meet(self.server.behaviour, json.loads(body))
        finally:
            self.server.busy -= 1

    def _meet(self, behaviour: str, asked: Mapping[str, Any]) -> None:
        if behaviour.isdigit():
            self._refuse(int(behaviour))
        elif status := self._objection(asked):
            self._refuse(status)
        elif behaviour == "page":
            self._send(200, "text/html", "<html><body>Sign in</body></html>")
        elif behaviour == "hang":
            self._until_left()
        else:
            self._answer(behaviour, asked)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _objection(self, asked: Mapping[str, Any]) -> int:
        """The status with which vLLM refuses such a question; 0: none."""
        if self.headers.get("Authorization") != f"Bearer {self.server.api_key}":
            return 401
        if asked["model"] != self.server.model:
            return 404
        said = [message["content"] for message in asked["messages"]]
        schema = (asked.get("response_format") or {}).get("json_schema", {}).get("schema", {})
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError:
            return 400
        return 0 if said and sum(map(len, said)) <= CONTEXT_CHARS else 400

    def _refuse(self, status: int) -> None:
        retry = {"Retry-After": "30"} if status in (429, 503) else {}
        self._whole(status, {"error": {"message": "not now", "type": "refused", "code": status}}, retry)

    def _whole(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(body), headers)

    def _send(self, status: int, kind: str, body: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.send_header("Connection", "close")  # said, or the client asks again on a line that is about to close
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def _answer(self, behaviour: str, asked: Mapping[str, Any]) -> None:
        if not asked.get("stream"):
            self._at_once(behaviour, int(asked["max_tokens"]))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self._events(behaviour, asked)
        except OSError:
            self.server.left.set()

    def _at_once(self, behaviour: str, limit: int) -> None:
        """The answer of one who was not asked to stream."""
        if behaviour == "garbage":
            self._send(200, "application/json", '{"choices": [{"message"')
            return
        if behaviour == "error":
            self._whole(200, {"error": {"message": "engine died", "code": 500}})
            return
        if behaviour in ("mute", "stall", "endless", "slow"):
            self._until_left()
            return
        if behaviour == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        words = " " * limit if behaviour == "blank" else "".join(self.server.pieces)
        message = {"role": "assistant", "content": words}
        choice = {"index": 0, "message": message, "finish_reason": _reason(behaviour)}
        self._whole(200, {**_frame("chat.completion", [choice]), "usage": self._usage()})

    def _events(self, behaviour: str, asked: Mapping[str, Any]) -> None:
        self._delta({"role": "assistant", "content": ""})
        if behaviour == "garbage":
            self._chunk('{"choices": [{"delta"')
        for piece in " " * int(asked["max_tokens"]) if behaviour == "blank" else self.server.pieces:
            self._delta({"content": piece})
            if behaviour == "slow" and self._is_left(1):
                return
        while behaviour == "endless":
            for piece in self.server.pieces:
                self._delta({"content": piece})
                if self._is_left(0.01):
                    return
        if behaviour in ("mute", "stall"):
            self._until_left()
        elif behaviour == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._end(behaviour, asked)

    def _end(self, behaviour: str, asked: Mapping[str, Any]) -> None:
        if behaviour == "error":
            self._chunk(json.dumps({"error": {"message": "engine died", "code": 500}}))
        elif behaviour != "cut":
            self._delta({}, _reason(behaviour))
            if (asked.get("stream_options") or {}).get("include_usage"):
                self._chunk(json.dumps({**_frame("chat.completion.chunk", []), "usage": self._usage()}))
            self._chunk("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _usage(self) -> dict[str, int]:
        said = len(self.server.pieces)
        return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": said, "total_tokens": PROMPT_TOKENS + said}

    def _delta(self, delta: Mapping[str, str], reason: str | None = None) -> None:
        self.server.said += bool(delta.get("content"))
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        self._chunk(json.dumps(_frame("chat.completion.chunk", [choice])))

    def _chunk(self, words: str) -> None:
        data = f"data: {words}\n\n".encode()
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


def _reason(behaviour: str) -> str:
    return "length" if behaviour in ("length", "blank") else "stop"


def _frame(kind: str, choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"id": "c1", "object": kind, "created": 1, "model": MODEL_NAME, "choices": choices}


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in for the time of the block."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
