"""`xinglin knowledge` as an operator uses it: try, import, release, look, take back; and what happens when killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.cli import main
from knowledge.source_folder import SourceFolder

Run = Callable[..., Result]
HEADS = "药品名称,批准文号,适应症,用法用量"
MANY = 15_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XINGLIN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("XINGLIN_CLINIC", "trial")
    return tmp_path / "var" / "knowledge" / "trial"


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*arguments: str | Path, fails: bool = False) -> Result:
        result = CliRunner().invoke(main, [str(one) for one in arguments])
        assert (result.exit_code != 0) is fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), "said, never a traceback"
        return result

    return run


@pytest.fixture
def leaflets(tmp_path: Path) -> Path:
    file = tmp_path / "leaflets.csv"
    file.write_text(f"目录\n{HEADS}\n试方片,国药准字H1,治试病。,一次1片。\n,国药准字H2,治。,吃。\n", encoding="gb18030")
    return file


def test_from_a_trial_to_a_release_and_back(run: Run, folder: Path, leaflets: Path) -> None:
    command = ("knowledge", "import", "nmpa", leaflets, "--source", "nmpa", "--title", "本院说明书")
    tried = run(*command, "--dry-run").stdout
    assert "什么都没有写入" in tried and "第 4 行，列 药品名称：是空的" in tried and not folder.exists()
    told = run(*command).stdout
    assert told.startswith("nmpa 第 1 版导好了") and "xinglin knowledge release nmpa 1 --reviewer" in told
    assert run("drug", "试方片", fails=True).stdout.startswith("未找到")
    assert "第 1 版还没有发布：说明书 1 条，问题 1 处" in run("knowledge", "status").stdout
    assert run("knowledge", "problems", "nmpa").stdout == "第 4 行，列 药品名称：是空的，这一行没有收\n"
    assert "--reviewer" in run("knowledge", "release", "nmpa", fails=True).output
    assert "某药师 审核" in run("knowledge", "release", "nmpa", "--reviewer", "某药师").stdout
    assert "一次1片。" in run("drug", "试方片", "--aspect", "usage").stdout
    assert "《本院说明书》" in run("knowledge", "status").stdout
    assert "就是第 1 版" in run(*command).stdout
    assert "不再使用任何一版" in run("knowledge", "rollback", "nmpa", "--by", "某人").stdout
    assert run("drug", "试方片", fails=True).stdout.startswith("未找到")
    assert "某药师" in (folder / "nmpa" / "history.jsonl").read_text(encoding="utf-8")


def test_a_new_edition_is_compared_and_the_old_one_comes_back(run: Run, leaflets: Path) -> None:
    run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa")
    run("knowledge", "release", "nmpa", "--reviewer", "某药师")
    leaflets.write_text(
        f"{HEADS}\n试方片,国药准字H1,治试病。,一次2片。\n别方片,国药准字H3,治。,吃。\n", encoding="utf-8"
    )
    report = json.loads(run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa", "--json").stdout)
    assert report["changes"]["leaflet"] == {"count": 2, "new": 1, "changed": 1, "gone": 0} and report["number"] == 2
    run("knowledge", "release", "nmpa", "--reviewer", "某药师")
    assert "一次2片。" in run("drug", "试方片", "--aspect", "usage").stdout
    assert "退回到第 1 版" in run("knowledge", "rollback", "nmpa").stdout
    assert "一次1片。" in run("drug", "试方片", "--aspect", "usage").stdout
    status = json.loads(run("knowledge", "status", "--json").stdout)
    assert [one["served"] for one in status["sources"][0]["editions"]] == [True, False]


def test_an_edition_that_is_not_served_can_be_deleted(run: Run, folder: Path, leaflets: Path) -> None:
    run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa")
    run("knowledge", "release", "nmpa", "--reviewer", "某药师")
    leaflets.write_text(f"{HEADS}\n试方片,国药准字H1,治试病。,一次2片。\n", encoding="utf-8")
    run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa")
    source = SourceFolder(folder, "nmpa")
    assert "正在使用" in run("knowledge", "forget", "nmpa", "1", fails=True).output and source.ready() == [1, 2]
    assert "第 2 版已删掉" in run("knowledge", "forget", "nmpa", "2").stdout and source.ready() == [1]
    assert "没有第 2 版" in run("knowledge", "forget", "nmpa", "2", fails=True).output
    (folder / "nmpa" / "3.partial").write_bytes(b"half")
    assert json.loads(run("knowledge", "forget", "nmpa", "3", "--json").stdout)["forgotten"] == 3
    assert source.unfinished() == [] and "一次1片。" in run("drug", "试方片", "--aspect", "usage").stdout


def test_clinics_are_apart(run: Run, folder: Path, leaflets: Path) -> None:
    run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa", "--clinic", "other")
    run("knowledge", "release", "nmpa", "--reviewer", "某药师", "--clinic", "other")
    assert not folder.exists() and (folder.parent / "other" / "nmpa" / "current").is_file()
    assert run("drug", "试方片", fails=True).stdout.startswith("未找到")


def test_the_leaflets_own_words_with_their_source(run: Run, leaflets: Path) -> None:
    run("knowledge", "import", "nmpa", leaflets, "--source", "nmpa")
    run("knowledge", "release", "nmpa", "--reviewer", "某药师")
    said = run("drug", "试方片", "--leaflet").stdout
    assert "【用法用量】一次1片。" in said and "《试方片说明书（国药准字H1）》" in said
    (data,) = json.loads(run("drug", "试方片", "--leaflet", "--json").stdout)
    assert data["key"] == "国药准字H1" and data["source"]["reviewed"]
    assert "没有导入过" in run("drug", "布洛芬", "--leaflet", fails=True).stdout


def test_diseases(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "icd.csv"
    file.write_text("诊断编码,诊断名称\nI10.x00,试病\n", encoding="utf-8")
    run("knowledge", "import", "icd10", file, "--source", "icd10")
    assert "未找到" in run("knowledge", "disease", "试病", fails=True).stdout
    run("knowledge", "release", "icd10", "--reviewer", "病案室")
    assert run("knowledge", "disease", "i10.X00").stdout == "I10.x00 试病（ICD-10）\n"
    assert json.loads(run("knowledge", "disease", "试病", "--json").stdout)[0]["code"] == "I10.x00"


def test_a_document_needs_its_source(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text("# 试病\n\n试病的人每天吃盐不超过5克，多吃蔬菜，按时复查。\n", encoding="utf-8")
    command = ("knowledge", "import", "documents", file, "--source", "guide")
    assert "--title 和 --publisher" in run(*command, fails=True).output
    run(*command, "--title", "试病指南", "--publisher", "某学会", "--valid-until", "2030-01-31")
    run("knowledge", "release", "guide", "--reviewer", "某医生")
    said = run("knowledge", "status").stdout
    assert "《试病指南》，片段 1 条" in said and "用到 2030-01-31" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "nmpa", "FILE", "--source", "own"), "不能用"),
        (("import", "nmpa", "FILE", "--source", "../x"), "不能用"),
        (("import", "icd10", "FILE", "--source", "icd"), "没有找到表头"),
        (("import", "drugbank", "FILE", "--source", "drugbank"), "不是 XML"),
        (("import", "nmpa", "FILE", "--source", "nmpa", "--clinic", "../../x"), "机构名"),
        (("release", "nothing", "--reviewer", "某人"), "没有导好的"),
        (("rollback", "nothing"), "没有发布过"),
        (("problems", "nothing"), "没有导好的"),
        (("forget", "nothing", "1"), "没有第 1 版"),
        (("import", "nmpa", "FILE", "--source", "nmpa", "--valid-until", "明天"), "明天"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, folder: Path, leaflets: Path, arguments: tuple[str, ...], said: str
) -> None:
    asked = [str(leaflets) if one == "FILE" else one for one in arguments]
    assert said in run("knowledge", *asked, fails=True).output
    assert not list(folder.rglob("*.sqlite3")) and not list(folder.rglob("*.partial"))


def test_own_files_are_checked(run: Run, folder: Path) -> None:
    own = folder / "own" / "drugs"
    own.mkdir(parents=True)
    assert "没有发现问题" in run("knowledge", "check").stdout
    (own / "ward.yml").write_text("- {id: trial, name: 试方}\n", encoding="utf-8")
    assert "own-ward.yml" in run("knowledge", "check", fails=True).stdout
    assert "own-ward.yml" in run("knowledge", "status", fails=True).stdout
    assert "xinglin knowledge check" in run("drug", "试方", fails=True).output
    (own / "ward.yml").write_text("- {id: ibuprofen, withdrawn: true}\n", encoding="utf-8")
    assert "没有发现问题" in run("knowledge", "check").stdout
    assert run("drug", "芬必得", fails=True).stdout.startswith("未找到")


def test_triage_knows_the_departments_that_were_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "departments.csv"
    file.write_text("科室名称\n心内科\n疼痛科\n急诊科\n", encoding="utf-8")
    run("knowledge", "import", "departments", file, "--source", "departments")
    run("knowledge", "release", "departments", "--reviewer", "门诊部")
    result = CliRunner().invoke(main, ["triage"], input='{"text": "心慌"}\n')
    assert result.exit_code == 0, result.output
    assert {one["name"] for one in json.loads(result.stdout)["departments"]} <= {"心内科", "疼痛科", "急诊科"}


def test_a_killed_import_is_gone_on_with_and_nothing_is_lost_or_doubled(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    rows = (
        f"试方{number}片,国药准字H{number},治试病。,吃。" if number % 1000 else ",," for number in range(1, MANY + 1)
    )
    file.write_text("\n".join((HEADS, *rows)), encoding="utf-8")
    _kill_once_begun([*_COMMAND, "knowledge", "import", "nmpa", str(file), "--source", "nmpa"], folder / "nmpa")
    source = SourceFolder(folder, "nmpa")
    assert source.unfinished() == [1] and source.ready() == []
    assert "没有导完" in run("knowledge", "status").stdout
    report = json.loads(run("knowledge", "import", "nmpa", file, "--source", "nmpa", "--json").stdout)
    assert 0 < report["resumed_at"] < MANY and report["number"] == 1
    run("knowledge", "import", "nmpa", file, "--source", "whole")
    assert source.unfinished() == [] and _content(source) == _content(SourceFolder(folder, "whole"))
    assert len(_content(source)[0]) == MANY - MANY // 1000


_COMMAND = (sys.executable, "-c", "from deploy.cli import main; main()")


def _kill_once_begun(command: list[str], folder: Path) -> None:
    with subprocess.Popen(
        command, env=dict(os.environ), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        ends = time.monotonic() + 60
        while _position(folder / "1.partial") < 1000:
            assert process.poll() is None and time.monotonic() < ends, "it ended before it could be killed"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)


def _position(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("select position from checkpoint").fetchone()[0])
    except sqlite3.Error:  # being written at this moment
        return 0


def _content(source: SourceFolder) -> tuple[list[object], list[object]]:
    with closing(sqlite3.connect(source.path(1))) as db:
        records = db.execute("select number, key, data from records order by number").fetchall()
        return records, db.execute("select number, location, what from problems order by number").fetchall()
