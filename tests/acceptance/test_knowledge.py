"""A hospital changes its knowledge while the house runs: within a minute it is answered from, without a restart."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import XINGLIN, RunningHouse, started

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

LEAFLET = "药品名称,批准文号,适应症,用法用量\n杏试方片,国药准字H20990001,治试病。,一次7片，一日3次。\n"
WITHIN_S = 60.0


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[RunningHouse]:
    """A house whose knowledge is changed; it looks more often than by default."""
    with started(tmp_path_factory.mktemp("changing"), model, XINGLIN_KNOWLEDGE_REFRESH_S="5") as running:
        yield running


def xinglin(house: RunningHouse, *arguments: str | Path, fails: bool = False) -> str:
    environment = {**os.environ, "XINGLIN_VAR": str(house.var)}
    ran = subprocess.run([XINGLIN, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False)
    assert bool(ran.returncode) is fails, ran.stderr
    return ran.stdout


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end, "not taken up within a minute"
        time.sleep(1)


def logged(house: RunningHouse, action: str) -> list[dict[str, str]]:
    lines = (house.var / "logs" / "house.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line.get("action") == action]


def test_a_release_and_a_rollback_are_answered_from_without_a_restart(changing: RunningHouse, tmp_path: Path) -> None:
    visitor, process = changing.visitor(), changing.process.pid
    assert "一次7片" not in visitor.say("杏试方片怎么吃")
    file = tmp_path / "leaflets.csv"
    file.write_text(LEAFLET, encoding="utf-8")
    xinglin(changing, "knowledge", "import", "nmpa", file, "--source", "nmpa", "--title", "本院说明书")
    assert "自己换上" in xinglin(changing, "knowledge", "release", "nmpa", "--reviewer", "某药师")
    until(lambda: "一次7片" in changing.visitor().say("杏试方片怎么吃"))
    assert logged(changing, "knowledge_names_changed")[0]["run"] == "xinglin train"
    xinglin(changing, "knowledge", "rollback", "nmpa", "--by", "某药师")
    until(lambda: "一次7片" not in changing.visitor().say("杏试方片怎么吃"))
    assert changing.process.poll() is None and changing.announced["pid"] == process


def test_files_that_do_not_load_change_nothing_and_are_said(changing: RunningHouse) -> None:
    own = changing.var / "knowledge" / "demo" / "own" / "clinic.yml"
    own.parent.mkdir(parents=True)
    own.write_text("id: demo\nname: [\n", encoding="utf-8")
    until(lambda: bool(logged(changing, "knowledge_refused")))
    assert "own/clinic.yml" in logged(changing, "knowledge_refused")[0]["reason"]
    said = xinglin(changing, "knowledge", "status", fails=True)
    assert "own/clinic.yml" in said and "还用着原来的资料" in said
    assert "布洛芬" in changing.visitor().say("布洛芬怎么吃") and changing.ready()


def test_the_page_shows_the_new_telephone(changing: RunningHouse) -> None:
    ours = (Path(__file__).parents[2] / "knowledge" / "data" / "clinic.yml").read_text(encoding="utf-8")
    own = changing.var / "knowledge" / "demo" / "own" / "clinic.yml"
    own.write_text(ours.replace("0100-555-0120", "0100-555-0199"), encoding="utf-8")
    until(lambda: changing.call("GET", "/api/v1/clinic").body["phone"] == "0100-555-0199")
    assert "0100-555-0199" in changing.visitor().say("你们医院电话多少")
