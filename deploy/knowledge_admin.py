"""`xinglin knowledge`: bringing in what a hospital has, releasing it, taking it back, and seeing what is served."""

import getpass
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import click

from deploy.terminal import read_settings, tell
from deploy.trouble import Trouble
from knowledge.importers.registry import READERS

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_CLINIC = re.compile(r"[a-z0-9_]+")
_KINDS = "\n\n".join(f"{name}  {reader.words}" for name, reader in READERS.items())
_PAUSE_S = 3.0
"""Between two lines of progress, seconds."""
_TAKEN_UP = "运行中的服务会自己换上（一般不到一分钟），不用重新启动。"
_CITED = frozenset({"documents"})
"""Importers of what patients are told with its source: the operator has to name it."""


def _clinic_folder(clinic: str | None) -> Path:
    if clinic and not _CLINIC.fullmatch(clinic):
        raise click.UsageError(f"机构名“{clinic}”不对：只用小写字母、数字和 _")
    return read_settings().knowledge_of(clinic)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    as_json = click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
    return click.option("--clinic", help="机构；不给则按配置。The clinic, default from settings.")(as_json(command))


def _say(data: Any, words: str, as_json: bool) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str) if as_json else words)


def _progress() -> Callable[[int], None]:
    """Tells how far it came, every few seconds: a full DrugBank has seventeen thousand steps to tell of."""
    told = monotonic()

    def told_at(position: int) -> None:
        nonlocal told
        if monotonic() - told > _PAUSE_S:
            told = monotonic()
            tell(f"已读 {position:,} 条 …")

    return told_at


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be done is said without a traceback."""
    from sqlite3 import Error

    from knowledge.importers.records import UnreadableError
    from knowledge.source_folder import SourceError
    from knowledge.yamlfile import BadDataError

    try:
        yield
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    except (UnreadableError, SourceError, BadDataError) as error:
        raise click.ClickException(str(error)) from error
    except (OSError, Error) as error:
        raise click.ClickException(f"读写失败，已经导好的和在用的没有动：{error}") from error


@click.group()
def knowledge() -> None:
    """本院的资料：导入、发布、退回、查看。What the hospital brings in, and what is served."""


@knowledge.command("import", epilog=_KINDS)
@click.argument("kind", type=click.Choice(list(READERS)))
@click.argument("file", type=click.Path(exists=True, path_type=Path, resolve_path=True))
@click.option("--source", "source_id", required=True, help="来源代号，如 nmpa、guideline-htn。Id of the source.")
@click.option("--title", default="", help="资料名称，引用时显示。Title as cited.")
@click.option("--publisher", default="", help="出版或发布单位。Publisher as cited.")
@click.option("--edition", default="", help="版本、年份。Edition or year of the source.")
@click.option("--valid-until", type=click.DateTime(["%Y-%m-%d"]), help="用到哪天；不给则发布后一年。Last day of use.")
@click.option("--dry-run", is_flag=True, help="只试，不写。Read everything, write nothing.")
@_shared
def import_(
    kind: str, file: Path, source_id: str, dry_run: bool, clinic: str | None, as_json: bool, **told: Any
) -> None:
    """导入一个文件，成为新的一版；发布以后才使用。断了再运行一次会接着导。Make a new edition of a source."""
    from deploy.knowledge_words import report_in_words
    from knowledge.edition_writing import digest_of
    from knowledge.editions import Origin
    from knowledge.importing import import_file, try_file
    from knowledge.source_folder import SourceFolder

    if kind in _CITED and not (told["title"] and told["publisher"]):
        raise click.UsageError("这类资料会讲给病人听，要写明出处：--title 和 --publisher")
    until = told.pop("valid_until")
    with _refusals():
        source = SourceFolder(_clinic_folder(clinic), source_id)
        reader = READERS[kind]
        last_day = until.date().isoformat() if until else ""
        origin = Origin(kind, reader.version, file.name, digest_of(file), valid_until=last_day, **told)
        run = try_file if dry_run else import_file
        report = run(source, origin, reader.load(), file, datetime.now(UTC), _progress())
    _say(asdict(report), report_in_words(report), as_json)


@knowledge.command()
@click.argument("source_id", metavar="SOURCE")
@click.argument("number", type=int, required=False)
@click.option("--reviewer", required=True, help="审核人姓名，记入历史。Who has read and answers for it.")
@_shared
def release(source_id: str, number: int | None, reviewer: str, clinic: str | None, as_json: bool) -> None:
    """发布一版（不给版号则最新）；运行中的服务自己换上。Serve an edition; a running house takes it up by itself."""
    from knowledge.releasing import release as run
    from knowledge.source_folder import SourceFolder

    with _refusals():
        served = run(SourceFolder(_clinic_folder(clinic), source_id), number, reviewer, datetime.now(UTC))
    words = f"{source_id} 第 {served} 版已发布（{reviewer} 审核）。{_TAKEN_UP}"
    _say({"source": source_id, "served": served, "reviewer": reviewer}, words, as_json)


@knowledge.command()
@click.argument("source_id", metavar="SOURCE")
@click.option("--by", default=getpass.getuser, help="谁退回的；不给则是登录名。Who takes it back.")
@_shared
def rollback(source_id: str, by: str, clinic: str | None, as_json: bool) -> None:
    """退回上一次发布以前的那一版。Serve what was served before the last release."""
    from knowledge.releasing import rollback as run
    from knowledge.source_folder import SourceFolder

    with _refusals():
        served = run(SourceFolder(_clinic_folder(clinic), source_id), by, datetime.now(UTC))
    now = f"退回到第 {served} 版" if served else "不再使用任何一版"
    _say({"source": source_id, "served": served, "by": by}, f"{source_id} {now}。{_TAKEN_UP}", as_json)


@knowledge.command()
@click.argument("source_id", metavar="SOURCE")
@click.argument("number", type=int)
@_shared
def forget(source_id: str, number: int, clinic: str | None, as_json: bool) -> None:
    """删掉没有在用的一版（导了一半的也行）。Delete an edition that is not served."""
    from knowledge.source_folder import SourceFolder

    with _refusals():
        source = SourceFolder(_clinic_folder(clinic), source_id)
        with source.held():
            source.forget(number)
    _say({"source": source_id, "forgotten": number}, f"{source_id} 第 {number} 版已删掉。", as_json)


@knowledge.command()
@_shared
def status(clinic: str | None, as_json: bool) -> None:
    """在用的是什么，哪些旧了、没读过、没发布、有问题。What is served, and what is stale."""
    from deploy.knowledge_words import status_in_words
    from knowledge.status import look

    with _refusals():
        folder = _clinic_folder(clinic)
        found = look(folder, datetime.now(_SHANGHAI).date())
    _say(asdict(found), status_in_words(found, folder.name), as_json)
    if found.broken:
        sys.exit(1)


@knowledge.command()
@click.argument("source_id", metavar="SOURCE")
@click.argument("number", type=int, required=False)
@_shared
def problems(source_id: str, number: int | None, clinic: str | None, as_json: bool) -> None:
    """导入时没有收的行，一处一行（不给版号则最新）。Everything an import could not take."""
    from contextlib import closing

    from knowledge.source_folder import SourceFolder

    with _refusals():
        source = SourceFolder(_clinic_folder(clinic), source_id)
        wanted = number or max(source.ready(), default=0)
        if wanted not in source.ready():
            raise click.ClickException(f"{source_id} 没有导好的{f'第 {number} 版' if number else '版本'}")
        with closing(source.open(wanted)) as edition:
            found = edition.problems()
    words = "\n".join(f"{one.where}：{one.what}" for one in found) or "没有问题。"
    _say([asdict(one) for one in found], words, as_json)


@knowledge.command()
@_shared
def check(clinic: str | None, as_json: bool) -> None:
    """检查本院自己写的文件（own/）。Check the hospital's own files."""
    from knowledge.check import find_gaps
    from knowledge.overlay import load_overlay
    from knowledge.releasing import BROKEN, load_all, reason_of

    found: list[str] = []
    with _refusals():
        folder = _clinic_folder(clinic)
    try:
        load_all(folder)
        today = datetime.now(_SHANGHAI).date()
        gaps = find_gaps(load_overlay(folder).data, today=today, only="own-")
        found = [f"{gap.where.removeprefix('own-')}：{gap.kind}：{gap.what}" for gap in gaps]
    except BROKEN as error:
        found = [reason_of(error)]
    _say(found, "\n".join(found) or f"{folder / 'own'}：没有发现问题。", as_json)
    if found:
        sys.exit(1)


@knowledge.command()
@click.argument("words")
@_shared
def disease(words: str, clinic: str | None, as_json: bool) -> None:
    """按编码或名称查疾病（ICD）。Diseases by code or name, from the released editions."""
    from knowledge.overlay import load_overlay

    with _refusals():
        found = load_overlay(_clinic_folder(clinic)).diseases(words)
    lines = (f"{one.data['code']} {one.data['name']}（{one.data['system'].upper()}）" for one in found)
    _say([one.data for one in found], "\n".join(lines) or f"未找到：{words}", as_json)
    if not found:
        sys.exit(1)
