"""The set-up before anything is installed: what it finds, what it remembers, what it says when it cannot go on."""

import os
import sys
from pathlib import Path

import pytest

from deploy.setup import __main__ as setup
from deploy.setup import stamps
from deploy.setup.browser import ensure_browser, find_browser
from deploy.setup.environments import STAMP, present_groups
from deploy.setup.interpreters import RASA, find_interpreter, pyenv_folders
from deploy.setup.node import new_enough
from deploy.setup.pages import ensure_pages
from deploy.setup.say import SetupError


def program(path: Path, script: str) -> Path:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.1.0", "v100.0.0"])
def test_a_node_that_can_build_is_taken(version: str) -> None:
    assert new_enough(version)


@pytest.mark.parametrize("version", ["", "v18.20.1", "v20.18.9", "v21.7.0", "v22.11.0", "command not found"])
def test_an_older_node_is_not(version: str) -> None:
    assert not new_enough(version)


def test_pyenv_versions_are_offered_newest_first(tmp_path: Path) -> None:
    for name in ("3.9.18", "3.10.2", "3.10.13", "pypy3.10-7.3", "my-env"):
        (tmp_path / "versions" / name / "bin").mkdir(parents=True)
    offered = [folder.parent.name for folder in pyenv_folders({"PYENV_ROOT": str(tmp_path)})]
    assert offered == ["3.10.13", "3.10.2", "3.9.18"]


def test_pyenv_is_looked_for_in_the_home_folder_too(tmp_path: Path) -> None:
    (tmp_path / ".pyenv/versions/3.10.13/bin").mkdir(parents=True)
    assert list(pyenv_folders({"HOME": str(tmp_path)})) == [tmp_path / ".pyenv/versions/3.10.13/bin"]


def test_an_interpreter_of_pyenv_is_on_the_path_uv_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    home = tmp_path / "versions/3.10.13/bin"
    home.mkdir(parents=True)
    uv = program(tmp_path / "uv", 'echo "${PATH##*:}/python3.10"')
    assert find_interpreter(uv, RASA, tmp_path) == home / "python3.10"


def test_a_missing_interpreter_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        find_interpreter(program(tmp_path / "uv", "exit 1"), RASA, tmp_path)
    assert "pyenv install 3.10" in caught.value.zh
    assert "pyenv install 3.10" in caught.value.en


def test_a_stamp_is_fresh_only_for_the_same_files(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "uv.lock", tmp_path / "there" / "stamp"
    lock.write_text("one", encoding="utf-8")
    mark = stamps.digest([lock])
    assert not stamps.is_fresh(stamp, mark)
    stamps.leave(stamp, mark)
    assert stamps.is_fresh(stamp, stamps.digest([lock]))
    lock.write_text("two", encoding="utf-8")
    assert not stamps.is_fresh(stamp, stamps.digest([lock]))


def test_groups_added_earlier_are_kept(tmp_path: Path) -> None:
    assert present_groups(tmp_path) == set()
    stamps.leave(tmp_path / STAMP, "app,dev,node\n0123")
    assert present_groups(tmp_path) == {"app", "dev", "node"}


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with pages whose npm counts how often it is asked for what."""
    folder = tmp_path / "connectors/web/ui"
    folder.mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    (folder / "page.ts").write_text("1", encoding="utf-8")
    program(tmp_path / "bin/node", "echo v22.20.0")
    program(tmp_path / "bin/npm", f'echo "$1" >> {tmp_path}/asked; mkdir -p node_modules dist')
    monkeypatch.setenv("PATH", str(tmp_path / "bin") + os.pathsep + os.environ["PATH"])
    return folder


def asked(ui: Path) -> list[str]:
    """Return what npm was asked for so far."""
    return (ui.parents[2] / "asked").read_text(encoding="utf-8").split()


def test_pages_are_built_when_their_sources_change_and_never_otherwise(ui: Path) -> None:
    root = ui.parents[2]
    ensure_pages(root)
    ensure_pages(root)
    assert asked(ui) == ["ci", "run"]
    (ui / "page.ts").write_text("2", encoding="utf-8")
    ensure_pages(root)
    assert asked(ui) == ["ci", "run", "run"]
    (ui / "package-lock.json").write_text('{"a": 1}', encoding="utf-8")
    ensure_pages(root)
    assert asked(ui) == ["ci", "run", "run", "ci", "run"]


def test_a_build_that_failed_is_tried_again(ui: Path) -> None:
    program(ui.parents[2] / "bin/npm", '[ "$1" = ci ] && mkdir -p node_modules || exit 1')
    for _ in range(2):
        with pytest.raises(SetupError):
            ensure_pages(ui.parents[2])


def test_the_browser_named_in_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "mine", "")
    program(tmp_path / "bin/chromium", "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert find_browser() == tmp_path / "bin/chromium"
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert find_browser() == mine


def test_a_browser_missing_on_ci_is_an_error_and_elsewhere_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SetupError):
        ensure_browser(tmp_path)
    monkeypatch.delenv("CI")
    ensure_browser(tmp_path)
    assert "Chromium" in capsys.readouterr().out


def test_a_failure_ends_with_two_sentences_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise SetupError("缺少某物：请安装。", "Something is missing: install it.")

    monkeypatch.setattr(setup, "ensure_house", fail)
    monkeypatch.setattr(sys, "argv", ["setup", "run"])
    assert setup.main() == 1
    assert capsys.readouterr().err == "✗ 缺少某物：请安装。\n✗ Something is missing: install it.\n"
