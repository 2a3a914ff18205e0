"""`xinglin parse`: what the house understands of each line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TextIO

from bot.errors import RasaUnavailable
from bot.neighbours import Neighbours
from bot.rasa import RasaAt, RasaClient
from bot.screening import screen
from bot.settings import Settings
from bot.text import clean
from deploy.children import Child, until
from deploy.rasa_child import RASA_PATIENCE_S, rasa_recipe
from deploy.running import LOOPBACK, Tell, find_running, free_port
from deploy.train import ensure_model
from deploy.trouble import rasa_not_ready
from knowledge.red_flags import RedFlags, load_red_flags

AT_ONCE = 8
FALLBACK_INTENT = "nlu_fallback"


async def parse_lines(settings: Settings, lines: TextIO, out: TextIO, tell: Tell) -> None:
    """Read JSON lines `{"text"}`; print one JSON line each, in order. A broken line gives `{"error"}`."""
    flags = load_red_flags()
    async with some_rasa(settings, tell) as rasa:
        waiting: list[asyncio.Task[dict[str, Any]]] = []
        for line in filter(str.strip, lines):
            waiting.append(asyncio.create_task(parse_line(rasa, flags, line)))
            if len(waiting) >= AT_ONCE:
                _print(out, await waiting.pop(0))
        for task in waiting:
            _print(out, await task)


def _print(out: TextIO, parsed: dict[str, Any]) -> None:
    out.write(json.dumps(parsed, ensure_ascii=False) + "\n")
    out.flush()


async def parse_line(rasa: RasaClient, flags: RedFlags, line: str) -> dict[str, Any]:
    """One line understood."""
    try:
        text = json.loads(line)["text"]
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"error": "one JSON object with a string `text` a line"}
    words = clean(text)
    try:
        parsed = await rasa.parse(words) if words else {}
    except RasaUnavailable as error:
        return {"text": text, "error": str(error)}
    return {"text": text, **_understood(parsed), "route": _route(parsed, words, flags)}


def _understood(parsed: dict[str, Any]) -> dict[str, Any]:
    """The best intent even where Rasa was not sure of it, and the entities."""
    ranking = [each for each in parsed.get("intent_ranking", ()) if each["name"] != FALLBACK_INTENT]
    best: dict[str, Any] = ranking[0] if ranking else {"name": FALLBACK_INTENT, "confidence": 0.0}
    entities = [
        {"entity": each["entity"], "value": each["value"], "start": each["start"], "end": each["end"]}
        for each in parsed.get("entities", ())
    ]
    return {"intent": best["name"], "confidence": round(float(best["confidence"]), 4), "entities": entities}


def _route(parsed: dict[str, Any], words: str, flags: RedFlags) -> str:
    if screen(words, flags):
        return "red_flag"
    chosen = (parsed.get("intent") or {}).get("name")
    return "fallback" if chosen in (None, FALLBACK_INTENT) else "structured"


@asynccontextmanager
async def some_rasa(settings: Settings, tell: Tell) -> AsyncIterator[RasaClient]:
    """The running house's Rasa, or one started for the time of the block. Raises Trouble."""
    async with AsyncExitStack() as stack:
        if running := find_running(settings):
            where = Neighbours(running.rasa_url, running.rasa_token, "", "")
        else:
            where = Neighbours(f"http://{LOOPBACK}:{free_port()}", "parse", f"http://{LOOPBACK}:1", "")
            model = await asyncio.to_thread(ensure_model, settings.var / "models", tell)
            child = Child(rasa_recipe(settings, where, model), tell)
            await child.start()
            stack.push_async_callback(child.stop)
        at = RasaAt(where.rasa_url, where.rasa_token, 30.0, settings.rasa_text_chars)
        client = RasaClient(at)
        stack.push_async_callback(client.close)
        if not await until(client.ready, RASA_PATIENCE_S):
            raise rasa_not_ready(str(settings.var / "logs" / "rasa.log"), "var/models")
        yield client
