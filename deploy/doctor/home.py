"""This machine: the process, its port, the dialogue model, the knowledge, the pages."""

import socket
from collections.abc import Sequence

from bot.bootstrap import open_library
from deploy.assemble import UI
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import SILENT, Kit
from deploy.doctor.listeners import who_listens
from deploy.running import find_running
from deploy.train import RASA_PYTHON, model_path
from knowledge.yamlfile import BadDataError

FINE = ("ok", "off")


async def look_at_port(kit: Kit) -> Sequence[Finding]:
    """Is the gateway's port ours, or free?"""
    settings = kit.settings
    if find_running(settings):
        return [well("端口", f"{settings.port} 由杏林使用")]
    with socket.socket() as probe:
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    if not taken:
        return [well("端口", f"{settings.port} 可用")]
    other = who_listens(settings.port) or "别的程序"
    return [failed("端口", f"{settings.port} 被 {other} 占用。换一个：XINGLIN_PORT={settings.port + 1} make run")]


async def look_at_gateway(kit: Kit) -> Sequence[Finding]:
    """Does the running house say that all its parts are ready?"""
    running = find_running(kit.settings)
    if running is None:
        return [mind("网关", "没有在运行。启动：make run")]
    try:
        async with kit.http.get(f"{running.url}/readyz") as answer:
            parts = (await answer.json())["parts"]
    except (*SILENT, ValueError, KeyError, TypeError) as error:
        silent = f"进程 {running.pid} 不回应（{type(error).__name__}）。请看 var/logs/house.jsonl，必要时重启"
        return [failed("网关", silent)]
    broken = [f"{part}={state}" for part, state in parts.items() if state not in FINE]
    return [failed("网关", "未就绪：" + "，".join(broken)) if broken else well("网关", f"{running.url} 各部分就绪")]


async def look_at_rasa(kit: Kit) -> Sequence[Finding]:
    """Is there an environment, and a model trained of the present files?"""
    if not RASA_PYTHON.exists():
        return [failed("Rasa 环境", "缺少 .venv-rasa。请运行 make setup")]
    if not model_path(kit.settings.var / "models").exists():
        return [mind("对话模型", "与当前文件不符或还没训练。下次启动会自动训练，也可运行 xinglin train")]
    return [well("对话模型", "与当前文件一致")]


async def look_at_knowledge(kit: Kit) -> Sequence[Finding]:
    """Does it load, and how much is it?"""
    try:
        library = open_library(kit.settings).now()
    except BadDataError as error:
        reason = (str(error).splitlines() or [""])[0]
        return [
            failed("知识库", f"装不起来：{reason}。运行 xinglin knowledge check 和 xinglin knowledge status 看哪里错了")
        ]
    return [well("知识库", f"药品 {len(tuple(library.drugs))} 种，资料 {len(library.passages)} 段")]


async def look_at_pages(_kit: Kit) -> Sequence[Finding]:
    """Are the pages built?"""
    built = (UI / "index.html").is_file()
    return [well("页面", "已构建") if built else failed("页面", "还没有构建。请运行 make setup")]
