"""`xinglin cases`: check, begin and draft case files."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from bot.bootstrap import now, open_llm, open_memory
from bot.errors import ModelUnavailable
from bot.llm import Choosing, Job, Task
from bot.settings import Settings
from cases.check import Problem, check_file
from cases.drafting import LONGEST, draft, prompt, schema, scrubbed
from cases.gate import gate
from cases.library import DATA, load_case
from cases.template import new_case
from deploy.terminal import read_settings, troubles

_LONG = Choosing(tokens=4_000, total_s=180.0)


@click.group()
def cases() -> None:
    """练习病例：检查、新建、起草。Practice cases: check, begin, draft."""


@cases.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="只查格式，不演练。The form alone, without playing.")
def check(files: Sequence[Path], quick: bool) -> None:
    """检查病例文件（默认全部）：格式、内部矛盾、八百句攻击是否泄露、专家问法是否走得通。Check case files."""
    files = files or (*sorted(DATA.glob("*.yml")), *sorted(read_settings().cases_of().glob("*.yml")))
    problems = [problem for file in files for problem in _problems(file, quick=quick)]
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo(f"{len(files)} 个病例，没有问题")


def _problems(file: Path, *, quick: bool) -> Sequence[Problem]:
    if not file.is_file():
        return [Problem(file.name, 1, "", "没有这个文件")]
    problems = check_file(file)
    return problems if problems or quick else gate(file.name, load_case(file))


@cases.command("new")
@click.argument("case_id", metavar="ID")
def new(case_id: str) -> None:
    """新建一个病例文件，带着每一栏的说明。Begin a case file with every field explained."""
    with troubles():
        folder = read_settings().cases_of()
    file = folder / f"{case_id}.yml"
    if file.exists():
        raise click.ClickException(f"已经有 {file}")
    try:
        text = new_case(case_id, now().date())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ID") from error
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    click.echo(f"写好了：{file}\n照说明填完，再运行 xinglin cases check {file}")


@cases.command("draft")
@click.argument("case_id", metavar="ID")
@click.argument("record", type=click.File("r", encoding="utf-8"))
def begin_draft(case_id: str, record: TextIO) -> None:
    """从一份病历（文件，或 - 读标准输入）起草病例，需要大模型；个人信息先行抹去。Draft a case from a record."""
    with troubles():
        settings = read_settings()
    file = settings.cases_of() / f"{case_id}.yml"
    if file.exists():
        raise click.ClickException(f"已经有 {file}")
    text = asyncio.run(_drafted(settings, case_id, scrubbed(record.read(LONGEST))))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    click.echo(f"草稿写好了：{file}\n逐句核对、补全，再运行 xinglin cases check {file}")


async def _drafted(settings: Settings, case_id: str, record: str) -> str:
    memory = open_memory(settings)
    llm = open_llm(settings, memory.databases)
    if llm is None:
        raise click.ClickException("起草要用大模型：请先配置 LLM_BASE_URL（没有的话可以用 xinglin cases new 手写）")
    try:
        choice = await llm.choose(prompt(record), schema(), Job(settings.clinic, Task.COMMENT, _LONG))
        return draft(case_id, record, choice, now().date())
    except ModelUnavailable as error:
        raise click.ClickException("大模型没有给出能用的回答，请稍后再试") from error
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ID") from error
    finally:
        await llm.close()
        await memory.close()
