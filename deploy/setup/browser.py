"""Finds Chromium, and a font for Chinese, for the tests that open the pages; installs them where it may."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy.setup import shell
from deploy.setup.say import SetupError, note, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")

NO_BROWSER = SetupError(
    "没有找到 Chromium：请安装它(Debian/Ubuntu：sudo apt install chromium fonts-noto-cjk)，"
    "或用环境变量 CHROMIUM 指出它的位置。",
    "Chromium was not found: install it (Debian/Ubuntu: sudo apt install chromium fonts-noto-cjk) or name "
    "its place in the environment variable CHROMIUM.",
)


def ensure_browser(root: Path) -> None:
    """Make sure of a browser: on CI a missing one raises SetupError, elsewhere its tests are skipped."""
    if find_browser() and has_chinese_font(root):
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        install(root)
    if find_browser():
        return
    if os.environ.get("CI") == "true":
        raise NO_BROWSER
    note(f"{NO_BROWSER.zh}(浏览器测试这次跳过)", f"{NO_BROWSER.en} (browser tests are skipped this time)")


def find_browser() -> Path | None:
    """Return the browser that CHROMIUM names, else the first on PATH, else none."""
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(named)] if named else [shutil.which(name) for name in (*NAMES, str(MAC))]
    return next((Path(place) for place in found if place), None)


def has_chinese_font(root: Path) -> bool:
    """Tell whether a Chinese font is there; where fontconfig is absent (macOS), the system brings one."""
    said = shell.ask(["fc-list", ":lang=zh-cn", "family"], cwd=root)
    return said.returncode == 127 or bool(said.stdout.strip())


def install(root: Path) -> None:
    """Install the browser and the font from the system's package manager."""
    step("安装 Chromium 与中文字体", "installing Chromium and a Chinese font")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    shell.run_quietly(["apt-get", "update", "-qq"], NO_BROWSER, cwd=root, env=env)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    shell.run_quietly(command, NO_BROWSER, cwd=root, env=env)
