"""`xinglin ask` and `xinglin chat`: the web channel from a terminal, through the same `handle()`."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.settings import Settings
from deploy.running import Running, Tell, find_running, free_port
from deploy.trouble import Trouble

TURN_S = 90.0
LEAVE = {"exit", "quit", "退出", "/q"}


@asynccontextmanager
async def any_house(settings: Settings, tell: Tell) -> AsyncIterator[Running]:
    """The running house, or one started for the time of the block."""
    if running := find_running(settings):
        yield running
        return
    from deploy.house import run_house  # the whole house: seconds that `ask` need not spend

    async with run_house(settings.model_copy(update={"port": free_port()}), tell) as running:
        yield running


async def ask_once(settings: Settings, words: str) -> dict[str, Any]:
    """One turn of a new conversation on the running house. Raises Trouble when none runs."""
    running = find_running(settings)
    if running is None:
        raise Trouble("系统没有在运行，请先执行 make run。", "The house is not running; start it with `make run`.")
    async with ClientSession(timeout=ClientTimeout(total=TURN_S)) as http:
        return await say(http, running, {"text": words})


async def say(http: ClientSession, running: Running, said: dict[str, Any]) -> dict[str, Any]:
    """Send one message and wait for its answer. Raises Trouble with the house's own words."""
    try:
        async with http.post(f"{running.url}/api/v1/messages", json={"id": uuid.uuid4().hex, **said}) as response:
            turn: dict[str, Any] = await response.json(content_type=None)
    except (ClientError, TimeoutError) as error:
        raise Trouble("系统没有回应，请看 var/logs。", "The house does not answer, see var/logs.") from error
    if response.status >= 400:
        raise Trouble(turn.get("title", "出错了"), f"status {response.status}")
    return turn


async def chat(settings: Settings, tell: Tell) -> None:
    """Talk until the person leaves (Ctrl-D, 退出)."""
    async with any_house(settings, tell) as running, ClientSession(timeout=ClientTimeout(total=TURN_S)) as http:
        tell("请说话；输入数字可以选按钮，输入“退出”离开。 · Speak; a number presses a button.")
        conversation: dict[str, Any] = {}
        buttons: list[dict[str, str]] = []
        while (line := await asyncio.to_thread(_read_line)) is not None and line not in LEAVE:
            pressed = int(line) - 1 if line.isdecimal() else -1
            said = {"button": buttons[pressed]["id"]} if 0 <= pressed < len(buttons) else {"text": line}
            turn = await say(http, running, conversation | said)
            conversation = {"conversation": turn["conversation"]}
            print(in_words(turn))
            buttons = [button for reply in turn["replies"] for button in reply["buttons"]]


def _read_line() -> str | None:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


def in_words(turn: dict[str, Any]) -> str:
    """A turn as a person reads it."""
    lines = []
    numbered = 0
    for reply in turn["replies"]:
        lines.append(reply["text"])
        for button in reply["buttons"]:
            numbered += 1
            lines.append(f"  {numbered}. {button['label']}")
        lines += [f"  [{s['n']}] {s['publisher']}《{s['title']}》（{s['reviewed']} 整理）" for s in reply["sources"]]
    return "\n".join(lines) or "（护士接待中，机器人不回复）"
