"""`xinglin parse`: what the house understands of each line."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TextIO

from bot.errors import RasaUnavailable
from bot.matters import matters_of
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
from knowledge.aspects import read_aspect
from knowledge.red_flags import RedFlags, load_red_flags

AT_ONCE = 8
FALLBACK_INTENT = "nlu_fallback"
DRUG_INTENT = "query_drug"
_NOT_ALONE = {None, FALLBACK_INTENT, "ask_health", "out_of_scope"}  # the knowledge has its say, or there is no answer
_TOLD = ("entity", "value", "start", "end", "generic", "guessed", "negated", "number", "unit")  # of an entity

Parsed = Mapping[str, Any]  # as Rasa says it


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
        whole, parts = await _parsed(rasa, words)
    except RasaUnavailable as error:
        return {"text": text, "error": str(error)}
    return {"text": text, **_understood(words, whole, parts), "route": _route(words, parts, flags)}


async def _parsed(rasa: RasaClient, words: str) -> tuple[Parsed, Sequence[Parsed]]:
    """What Rasa understands of all the words, and of each matter in them."""
    if not words:
        return {}, [{}]
    known: dict[str, Parsed] = {}

    async def parse(part: str) -> Parsed:
        known[part] = known.get(part) or await rasa.parse(part)
        return known[part]

    matters = await matters_of(words, parse)
    return await parse(words), [await parse(one.text) for one in matters]


def _understood(words: str, whole: Parsed, parts: Sequence[Parsed]) -> dict[str, Any]:
    """The first matter's best intent, even where Rasa was not sure of it; the entities; what else was found."""
    (intent, confidence), *others = map(_best, parts)
    second = next((name for name, _ in others if name != intent), None)
    entities = [{name: each[name] for name in _TOLD if name in each} for each in whole.get("entities", ())]
    further = {
        "second_intent": second,
        "aspect": read_aspect(words) if DRUG_INTENT in (intent, second) else None,
        "person": next((each["value"] for each in entities if each["entity"] == "person"), None),
        "negated": [each["value"] for each in entities if each.get("negated")],
    }
    found = {"intent": intent, "confidence": confidence, "entities": entities}
    return found | {name: value for name, value in further.items() if value}


def _best(parsed: Parsed) -> tuple[str, float]:
    ranking: list[Parsed] = [each for each in parsed.get("intent_ranking", ()) if each["name"] != FALLBACK_INTENT]
    best: Parsed = ranking[0] if ranking else {"name": FALLBACK_INTENT, "confidence": 0.0}
    return str(best["name"]), round(float(best["confidence"]), 4)


def _route(words: str, parts: Sequence[Parsed], flags: RedFlags) -> str:
    if screen(words, flags):
        return "red_flag"
    alone = all((part.get("intent") or {}).get("name") not in _NOT_ALONE for part in parts)
    return "structured" if alone else "fallback"


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
