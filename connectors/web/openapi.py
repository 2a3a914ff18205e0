"""The description of the gateway's interface (OpenAPI 3.1), kept as YAML beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from connectors.wire import json_answer

FILE = Path(__file__).parent / "openapi.yml"


@cache
def description() -> dict[str, Any]:
    """The whole description."""
    loaded: dict[str, Any] = yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader)
    return loaded


async def openapi(_request: web.Request) -> web.Response:
    """`/api/v1/openapi.json`."""
    return json_answer(description())
