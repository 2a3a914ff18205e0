"""`xinglin practice`: the patients, an encounter at the terminal, and a sheet scored once more."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import click

from bot.bootstrap import now, open_llm, open_memory
from bot.debriefs import Debriefs
from bot.errors import NotFound
from bot.patient_voice import PatientVoice
from bot.settings import Settings
from cases.debrief import debrief
from cases.encounter import Encounter
from cases.ending import Ending
from cases.library import DATA, BadCaseError, load_case, released
from cases.marked import read_ending
from cases.model import Case
from cases.patient import SpokenAnswer, warm
from deploy.replay import Replayed, scored_again
from deploy.terminal import read_settings, troubles

LONGEST = 20_000  # characters of one line that are read at all
_ENDS = 'JSON：{"diagnosis": …, "differentials": …, "reasons": …, "plan": …, "sbar": {…}}'


@click.group()
def practice() -> None:
    """问诊练习：病例、在终端里问诊、重算讲评。Practice with simulated patients."""


@practice.command("cases")
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def list_cases(as_json: bool) -> None:
    """列出可以练习的病例。The released cases."""
    with troubles():
        known = _released(read_settings()).values()
    if as_json:
        rows = [{"id": c.id, "title": c.title, "specialty": c.specialty, "level": c.level} for c in known]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for case in known:
        click.echo(f"{case.id:<20} {case.level:<7} {case.specialty}  {case.title}")


@practice.command("play")
@click.argument("case_id", metavar="CASE")
@click.option("--json", "as_json", is_flag=True, help="每轮输出一行 JSON。One JSON line a turn.")
@click.option("--end", "ending", help=f"结论，{_ENDS}")
@click.option("--counter", is_flag=True, help="换一个细节的病人。The counter-patient.")
@click.option("--llm", is_flag=True, help="用配置的大模型说话。Voiced by the configured model.")
def play(case_id: str, as_json: bool, ending: str | None, counter: bool, llm: bool) -> None:
    """从标准输入读学员的话，一行一句；CASE 是病例 id 或病例文件。Play a case, one line of the learner a turn."""
    with troubles():
        settings = read_settings()
        case = _case(settings, case_id)
        conclusion = _conclusion(ending) if ending is not None else None
    asyncio.run(_play(settings, case, sys.stdin, as_json=as_json, ending=conclusion, counter=counter, llm=llm))


def _case(settings: Settings, case_id: str) -> Case:
    try:
        for file in (Path(case_id), settings.cases_of() / f"{case_id}.yml", DATA / f"{case_id}.yml"):
            if file.suffix in (".yml", ".yaml") and file.is_file():
                return load_case(file)  # one file alone: reading all of them takes seconds
    except BadCaseError as error:
        raise click.ClickException(str(error)) from error
    raise click.BadParameter(f"没有这个病例：{case_id}", param_hint="CASE")


def _released(settings: Settings) -> Mapping[str, Case]:
    known, problems = released(settings.cases_of())
    for problem in problems:
        click.echo(problem, err=True)
    return known


def _conclusion(text: str) -> Ending:
    try:
        return read_ending(json.loads(text))
    except (ValueError, TypeError, AttributeError) as error:
        raise click.BadParameter(f"要 {_ENDS}", param_hint="--end") from error


async def _play(
    settings: Settings, case: Case, lines: TextIO, *, as_json: bool, ending: Ending | None, counter: bool, llm: bool
) -> None:
    memory = open_memory(settings) if llm else None
    tiers = open_llm(settings, memory.databases) if memory else None
    voice = PatientVoice(tiers)
    warm(case)
    encounter = Encounter.start(case, now(), countered=counter and case.key.counter is not None)
    if not as_json:
        click.echo(f"{case.title}\n{case.setting}\n病人：{case.opening}")
    try:
        for said in _lines(lines):
            began = time.perf_counter()
            encounter, spoken = await voice.speak(settings.clinic, case, encounter, said, now())
            _show(spoken, encounter, round(1000 * (time.perf_counter() - began), 2), as_json=as_json)
    finally:
        if tiers is not None:
            await tiers.close()
        if memory is not None:
            await memory.close()
    if ending is not None:
        sheet = debrief(case, encounter, ending)
        click.echo(json.dumps(sheet.to_json(), ensure_ascii=False) if as_json else sheet.in_words())


@practice.command("replay")
@click.argument("encounter")
def replay(encounter: str) -> None:
    """照存下来的问诊重算讲评，逐字节核对。Score a kept encounter once more and compare bit for bit."""
    with troubles():
        settings = read_settings()
        found = asyncio.run(_replayed(settings, _released(settings), encounter))
    click.echo(found.words)
    sys.exit(0 if found.same else 1)


async def _replayed(settings: Settings, cases: Mapping[str, Case], encounter: str) -> Replayed:
    memory = open_memory(settings)
    try:
        kept = await Debriefs(memory.databases).get(settings.clinic, encounter)
    except NotFound:
        return Replayed(False, f"没有这次问诊：{encounter}")
    finally:
        await memory.close()
    return scored_again(kept, cases)


def _lines(lines: TextIO) -> Iterator[str]:
    for line in lines:
        yield line.rstrip("\r\n")[:LONGEST]


def _show(spoken: SpokenAnswer, encounter: Encounter, latency_ms: float, *, as_json: bool) -> None:
    if not as_json:
        click.echo(f"病人：{spoken.text}")
        return
    row = {
        "answer": spoken.text, "disclosed": spoken.disclosed, "asked": (*spoken.asked, *spoken.elsewhere),
        "blocked": spoken.blocked, "ordered": spoken.ordered, "mood": encounter.mood,
        "voice": encounter.turns[-1].voice, "latency_ms": latency_ms,
    }  # fmt: skip
    click.echo(json.dumps(row, ensure_ascii=False))
    sys.stdout.flush()
