"""Builds the pages (`connectors/web/ui`) when, and only when, their sources changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deploy.setup import shell, stamps
from deploy.setup.node import ensure_node
from deploy.setup.say import SetupError, step

MADE = {"node_modules", "dist", "coverage", "test-results"}

NO_PACKAGES = SetupError(
    "网页用的软件包没有装好，原因见上方：请检查网络或 npm 的软件源设置，再试一次。",
    "The packages of the pages could not be installed, see above: check the network or npm's registry "
    "setting and try again.",
)
NOT_BUILT = SetupError(
    "网页没有构建成功，原因见上方：改正后再试一次。",
    "The pages could not be built, see above: correct that and try again.",
)


def ensure_pages(root: Path, *, for_checks: bool = False) -> None:
    """Leave a fresh `dist/` behind, with `for_checks` the packages for checking too; raises SetupError."""
    ui = root / "connectors" / "web" / "ui"
    mark = stamps.digest(sources(ui))
    built = stamps.is_fresh(ui / "dist" / ".built-from", mark)
    if built and not for_checks:
        return
    npm = ensure_packages(root, ui)
    if not built:
        step("构建网页", "building the pages")
        shell.run_quietly([*npm, "run", "build"], NOT_BUILT, cwd=ui, env=npm_env(npm))
        stamps.leave(ui / "dist" / ".built-from", mark)


def ensure_packages(root: Path, ui: Path) -> list[str]:
    """Install what `package-lock.json` says and return the command `npm`; raises SetupError."""
    npm = [str(ensure_node(root) / "npm")]
    stamp, mark = ui / "node_modules" / ".installed-from", stamps.digest([ui / "package-lock.json"])
    if not stamps.is_fresh(stamp, mark):
        step("安装网页用的软件包", "installing the packages of the pages")
        shell.run_quietly([*npm, "ci", "--no-audit", "--no-fund"], NO_PACKAGES, cwd=ui, env=npm_env(npm))
        stamps.leave(stamp, mark)
    return npm


def npm_env(npm: list[str]) -> dict[str, str]:
    """Return the PATH on which npm finds the Node.js beside it."""
    return {"PATH": os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])}


def sources(ui: Path) -> Iterator[Path]:
    """Yield every file that the pages are made from."""
    for path in ui.rglob("*"):
        if path.is_file() and not MADE & set(path.relative_to(ui).parts):
            yield path
