"""`xinglin doctor`: each part, whether it is well, and what to do if not."""

import shutil
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.bootstrap import llms_at, open_library, open_memory
from bot.errors import ModelUnavailable, XinglinError
from bot.llm import LlmAt, OpenAiLlm
from bot.settings import Settings
from bot.tiers import Tier
from deploy.assemble import UI
from deploy.database import status
from deploy.running import find_running
from deploy.train import RASA_PYTHON, model_path
from deploy.trouble import Trouble

FREE_MB = 500  # below this a full disk is near


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination: 通过, 注意 or 失败."""

    part: str
    state: str
    words: str

    @property
    def failed(self) -> bool:
        """Whether the house can't work like this."""
        return self.state == "失败"

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)


def well(part: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(part, "通过", words)


def mind(part: str, words: str) -> Finding:
    """Works, but the operator should know."""
    return Finding(part, "注意", words)


def failed(part: str, words: str) -> Finding:
    """Does not work; the words say what to do."""
    return Finding(part, "失败", words)


async def examine(settings: Settings) -> Sequence[Finding]:
    """Look at every part."""
    found = [await look(settings) for look in LOOKS]
    return [*found, *await _models(settings)]


async def _gateway(settings: Settings) -> Finding:
    running = find_running(settings)
    if running is None:
        return mind("网关", "没有在运行。启动：make run")
    try:
        async with ClientSession(timeout=ClientTimeout(total=10)) as http, http.get(f"{running.url}/readyz") as answer:
            parts = (await answer.json())["parts"]
    except (ClientError, TimeoutError, ValueError) as error:
        return failed(
            "网关", f"进程 {running.pid} 不回应（{type(error).__name__}）。请看 var/logs/house.jsonl，必要时重启"
        )
    broken = [f"{part}={state}" for part, state in parts.items() if state not in ("ok", "off")]
    return failed("网关", "未就绪：" + "，".join(broken)) if broken else well("网关", f"{running.url} 各部分就绪")


async def _port(settings: Settings) -> Finding:
    if find_running(settings):
        return well("端口", f"{settings.port} 由杏林使用")
    with socket.socket() as probe:
        if probe.connect_ex((settings.host, settings.port)) == 0:
            return failed("端口", f"{settings.port} 被别的程序占用。换一个：XINGLIN_PORT={settings.port + 1} make run")
    return well("端口", f"{settings.port} 可用")


async def _rasa(settings: Settings) -> Finding:
    if not RASA_PYTHON.exists():
        return failed("Rasa 环境", "缺少 .venv-rasa。请运行 make setup")
    if not model_path(settings.var / "models").exists():
        return mind("对话模型", "与当前文件不符或还没训练。下次启动会自动训练，也可运行 xinglin train")
    return well("对话模型", "与当前文件一致")


async def _database(settings: Settings) -> Finding:
    try:
        words = (await status(settings)).replace("\n", "，")
    except (Trouble, XinglinError) as error:
        return failed("数据库", str(error).splitlines()[0])
    return well("数据库", words) if "需要升级" not in words else mind("数据库", words)


async def _redis(settings: Settings) -> Finding:
    memory = open_memory(settings)
    if memory.redis is None:
        return well("Redis", "未配置，单进程不需要")
    try:
        await memory.redis.ping()
    except OSError as error:
        return failed("Redis", f"连不上（{type(error).__name__}）。请检查 REDIS_URL")
    finally:
        await memory.close()
    return well("Redis", "连接正常")


_TIERS = {Tier.MAIN: "大模型", Tier.SMALL: "小模型", Tier.BACKUP: "备用模型"}


async def _models(settings: Settings) -> list[Finding]:
    """One finding for each tier that is filled."""
    found = [await _model(tier, where) for tier, (where, _) in llms_at(settings).items()]
    none = mind("大模型", "未配置，拿不准的问题用资料原文回答。配置：LLM_BASE_URL、LLM_MODEL、LLM_API_KEY")
    return found or [none]


async def _model(tier: Tier, where: LlmAt) -> Finding:
    name, llm = _TIERS[tier], OpenAiLlm(where)
    try:
        names = await llm.models()
    except ModelUnavailable as error:
        return failed(name, f"{where.base_url} 不回应（{error.detail}）。请检查地址、密钥和服务是否启动")
    finally:
        await llm.close()
    if where.model not in names:
        return failed(name, f"服务上没有 {where.model or '（未填模型名）'}，可用的有：{', '.join(names)}")
    return well(name, f"{where.model} 可用")


async def _knowledge(settings: Settings) -> Finding:
    library = open_library(settings).now()
    return well("知识库", f"药品 {len(tuple(library.drugs))} 种，资料 {len(library.passages)} 段")


async def _pages(_settings: Settings) -> Finding:
    built = (UI / "index.html").is_file()
    return well("页面", "已构建") if built else failed("页面", "还没有构建。请运行 make setup")


async def _disk(settings: Settings) -> Finding:
    settings.var.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(settings.var).free // 2**20
    words = f"{settings.var} 剩余 {free_mb} MB"
    return well("磁盘", words) if free_mb > FREE_MB else failed("磁盘", f"{words}，请清理")


async def _keys(settings: Settings) -> Finding:
    file = settings.var / "data.keys"
    if settings.data_keys:
        return well("密钥", "来自配置")
    if not file.exists():
        return mind("密钥", "首次启动时生成。请务必备份 var/data.keys，丢失后旧数据无法解密")
    if file.stat().st_mode & 0o077:
        return failed("密钥", f"{file} 其他用户可读。请运行 chmod 600 {file}")
    return well("密钥", f"{file}（请备份）")


LOOKS: Sequence[Callable[[Settings], Awaitable[Finding]]] = (
    _port, _gateway, _rasa, _knowledge, _pages, _database, _keys, _redis, _disk,
)  # fmt: skip


def in_words(findings: Sequence[Finding]) -> str:
    """As an operator reads it."""
    return "\n".join(f"{finding.state}  {finding.part}：{finding.words}" for finding in findings)
