"""The house itself: rooms come from this checkout, nothing grows too large, no machine's address slips in."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "actions", "connectors", "knowledge", "cases", "schedules", "deploy")
FILE_LINES = 300
FUNCTION_LINES = 40
# Assembled, so that this file does not mention them itself.
ADDRESSES = re.compile(
    "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)", "file:" + "//"])
)


def python_files(*places: str) -> Iterator[Path]:
    """Yield our Python files below the named folders."""
    for place in places:
        for path in sorted((ROOT / place).rglob("*.py")):
            if "node_modules" not in path.parts and "versions" not in path.parts:  # migrations are generated
                yield path


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and its length in lines, docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            doc = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            yield node.name, node.end_lineno - node.lineno + 1 - doc


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_imported_from_this_checkout(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / room / "__init__.py"
    assert module.__doc__, "a room says in one line what it is"
    assert (ROOT / room / "py.typed").is_file()


def test_the_contracts_name_every_room_and_layer() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    linter = config["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(ROOMS)
    assert set(config["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(ROOMS)
    layers = next(each["layers"] for each in linter["contracts"] if each["type"] == "layers")
    assert layers == ["deploy", "connectors | actions", "bot", "cases | schedules | knowledge"]


def test_every_folder_at_the_top_is_a_known_room() -> None:
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert {name for name in top if not name.startswith(".")} - {"var"} == {*ROOMS, "nlu", "tests"}


@pytest.mark.parametrize("place", [*ROOMS, "nlu", "tests"])
def test_files_and_functions_stay_small(place: str) -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in python_files(place)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    ]
    too_long += [
        f"{path.relative_to(ROOT)}: {name}() has {lines} lines"
        for path in python_files(place)
        for name, lines in functions(path)
        if lines > FUNCTION_LINES
    ]
    assert too_long == []


def test_no_file_names_where_packages_come_from() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in python_files(*ROOMS, "nlu", "tests")
        if (found := ADDRESSES.search(path.read_text(encoding="utf-8")))
    ]
    assert named == []


def test_the_lock_files_name_no_place_of_one_machine() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    places = {kind for package in lock["package"] for kind in package["source"]}
    assert places == {"registry", "editable"}
    registries = {package["source"]["registry"] for package in lock["package"] if "registry" in package["source"]}
    assert len(registries) == 1
    assert all(each.startswith("https://") for each in registries)
    assert "file:" not in (ROOT / "connectors/web/ui/package-lock.json").read_text(encoding="utf-8")
