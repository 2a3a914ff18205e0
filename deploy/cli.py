"""The command `xinglin`. Each subcommand is a few lines that call a room."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import TextIO

import click
import uvloop

from bot.logs import set_up_logs
from bot.settings import Settings
from deploy.case_cli import cases
from deploy.graph_cli import lab, which
from deploy.knowledge_admin import knowledge
from deploy.knowledge_cli import drug, interactions
from deploy.practice_cli import practice
from deploy.screen_cli import screen
from deploy.sig_cli import sig
from deploy.spending_cli import spending
from deploy.temporal.cli import temporal
from deploy.terminal import read_settings, tell, troubles
from deploy.triage_cli import triage
from deploy.wechat_cli import wechat
from deploy.when_cli import when

ABSOLUTE_FILE = click.Path(exists=True, dir_okay=False, resolve_path=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """杏林：医院的智能助手。The chat assistant of a hospital."""


main.add_command(cases)
main.add_command(drug)
main.add_command(interactions)
main.add_command(knowledge)
main.add_command(lab)
main.add_command(practice)
main.add_command(screen)
main.add_command(sig)
main.add_command(spending)
main.add_command(temporal)
main.add_command(triage)
main.add_command(wechat)
main.add_command(when)
main.add_command(which)


@main.command()
def up() -> None:
    """启动全部服务，直到 Ctrl-C。Start everything and run until Ctrl-C."""
    from deploy.up import up as run

    with troubles():
        settings = read_settings()
        _log_to_file(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, tell))


@main.command()
@click.option("--first-port", default=8188, show_default=True, help="替身用的三个端口里的第一个。First of three ports.")
def demo(first_port: int) -> None:
    """演示：带微信、企业微信、Telegram 替身启动，不需要任何账号。Everything with stand-ins of the outside servers."""
    from deploy.demo import up_demo as run

    with troubles():
        settings = read_settings()
        _log_to_file(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, first_port, tell))


@main.command()
def train() -> None:
    """按需训练对话模型。Train the dialogue model if its files changed."""
    from deploy.train import ensure_model

    with troubles():
        click.echo(ensure_model(read_settings().var / "models", tell))


@main.command()
@click.argument("words")
@click.option("--json", "as_json", is_flag=True, help="全部细节。All details as JSON.")
def ask(words: str, as_json: bool) -> None:
    """对运行中的系统说一句话。Run one turn on the running house."""
    from deploy.talk import ask_once, in_words

    with troubles():
        turn = asyncio.run(ask_once(read_settings(), words))
        click.echo(json.dumps(turn, ensure_ascii=False, indent=2) if as_json else in_words(turn))


@main.command()
def chat() -> None:
    """在终端里对话。Talk in the terminal."""
    from deploy.talk import chat as run

    with troubles():
        settings = read_settings()
        _log_to_file(settings)
        asyncio.run(run(settings, tell))


@main.command()
def parse() -> None:
    """逐行理解：标准输入 JSON 行，标准输出 JSON 行。Understand JSON lines from standard input."""
    from deploy.parse import parse_lines

    with troubles():
        settings = read_settings()
        _log_to_file(settings)
        asyncio.run(parse_lines(settings, sys.stdin, sys.stdout, tell))


@main.group()
def nlu() -> None:
    """听懂病人的话：测量，检查语句。Measure the understanding, audit its sentences."""


@nlu.command()
@click.argument("files", nargs=-1, type=ABSOLUTE_FILE)
@click.option("--model", type=ABSOLUTE_FILE, help="已训练的模型；不给则用现有语句训练。A trained model.")
@click.option("--against", type=ABSOLUTE_FILE, help="与之比较的模型。Another one, compared on the same sentences.")
@click.option("--picture", type=click.Path(resolve_path=True), help="混淆图，PNG。Where to draw the confusions.")
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def evaluate(
    files: tuple[str, ...], model: str | None, against: str | None, picture: str | None, as_json: bool
) -> None:
    """测量：不给文件则交叉验证并测 nlu/test。Measure on files, or cross-validate and measure on nlu/test."""
    named = {"--model": model, "--against": against, "--picture": picture}
    options = [part for name, value in named.items() if value for part in (name, value)]
    _nlu_tool("evaluate", [*options, *(["--json"] if as_json else []), "--", *files])


@nlu.command()
@click.option("--strict", is_flag=True, help="只查必错的，几秒。Only what is wrong in any case, in seconds.")
def audit(strict: bool) -> None:
    """检查语句：重复、矛盾、泄漏、单薄、可疑标签。Audit the sentences; exit code 1 for conflicts and leaks."""
    _nlu_tool("audit", ["--strict"] if strict else [])


def _nlu_tool(name: str, arguments: list[str]) -> None:
    from deploy.nlu import run_tool

    with troubles():
        sys.exit(run_tool(name, arguments))


@main.command()
@click.argument("action", type=click.Choice(["migrate", "status"]), default="status")
def db(action: str) -> None:
    """数据库：升级表结构，或查看状态。Migrate the database, or show its state."""
    from deploy.database import migrate_now, status

    with troubles():
        run = migrate_now if action == "migrate" else status
        click.echo(asyncio.run(run(read_settings())))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
@click.option("--send", is_flag=True, help="真发一条测试消息到护士群。Also send one message to the nurses' group.")
def doctor(as_json: bool, send: bool) -> None:
    """体检：每一部分是否正常，不正常怎么办。Check every part and say what to do."""
    from deploy.doctor import examine, in_words

    with troubles():
        settings = read_settings()
        _log_to_file(settings)
        findings = asyncio.run(examine(settings, send=send))
        click.echo(json.dumps([f.to_json() for f in findings], ensure_ascii=False) if as_json else in_words(findings))
        sys.exit(1 if any(finding.failed for finding in findings) else 0)


def _log_to_file(settings: Settings) -> None:
    logs = settings.var / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    set_up_logs(settings.log_level, _line_file(logs / "house.jsonl"))
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))


def _line_file(path: Path) -> TextIO:
    return path.open("a", encoding="utf-8", buffering=1)
