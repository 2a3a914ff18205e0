"""The operator's file: menu, welcome, codes of places and templates, checked when it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from connectors.wechat.places import BadPlaces, Places, read_places
from connectors.wechat.templates import Templates, read_templates

HERE = Path(__file__).parent
SCHEMA = HERE / "places.schema.json"
EXAMPLE = HERE / "places.example.yml"


class BadAccountFile(ValueError):
    """The file cannot be used; says where and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What is in it. Without a file all of it is empty."""

    places: Places = field(default_factory=Places)
    templates: Templates = field(default_factory=Templates)


def read_account_file(path: Path | None) -> AccountFile:
    """Read and check; None: no file. Raises BadAccountFile."""
    if path is None:
        return AccountFile()
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadAccountFile(f"{path.name}：读不了：{error}") from error
    return check_account(raw or {}, path.name)


def check_account(raw: Any, name: str) -> AccountFile:
    """The parsed file `name`. Raises BadAccountFile."""
    error = best_match(_validator().iter_errors(raw))
    if error is not None:
        where = "/".join(str(part) for part in error.absolute_path) or "文件"
        raise BadAccountFile(f"{name}：{where} 这里不对：{error.message[:200]}")
    return _built(raw, name)


def _built(raw: Mapping[str, Any], name: str) -> AccountFile:
    try:
        return AccountFile(read_places(raw), read_templates(raw.get("templates", {})))
    except BadPlaces as error:
        raise BadAccountFile(f"{name}：{error}") from error


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
