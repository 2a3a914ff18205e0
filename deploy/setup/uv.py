"""Puts uv, the installer that reads our lock file, into the project's own folder `.uv/`."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.setup import shell
from deploy.setup.say import SetupError, step

UV_VERSION = "0.13.8"

NO_VENV = SetupError(
    "这台电脑的 Python 不能创建虚拟环境：请先安装这一部分(Debian/Ubuntu：sudo apt install python3-venv)，再试一次。",
    "This Python cannot make a virtual environment: install that part (Debian/Ubuntu: sudo apt install "
    "python3-venv) and try again.",
)
NO_UV = SetupError(
    f"没有能下载安装工具 uv {UV_VERSION}：请检查网络或 pip 的软件源设置，再试一次。",
    f"The installer uv {UV_VERSION} could not be downloaded: check the network or pip's index setting and try again.",
)


def ensure_uv(root: Path) -> Path:
    """Return uv of the pinned version, installing it when it is missing or another one; raises SetupError."""
    home = root / ".uv" / UV_VERSION
    program = home / "bin" / "uv"
    if program.is_file() and (home / "complete").is_file():
        return program
    step(f"安装 uv {UV_VERSION}", f"installing uv {UV_VERSION}")
    shell.run_quietly([sys.executable, "-m", "venv", "--clear", str(home)], NO_VENV, cwd=root)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    shell.run_quietly([*pip, f"uv=={UV_VERSION}"], NO_UV, cwd=root)
    (home / "complete").touch()
    return program
