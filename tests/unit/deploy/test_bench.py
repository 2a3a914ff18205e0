"""The pure parts of the benchmark: its arithmetic, its clock's care and the table it prints."""

import os
from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError

from deploy.bench import stock
from deploy.bench.figures import Figure, Line, Results, gain, percentile
from deploy.bench.machine import Machine, this_machine
from deploy.bench.measure import Clocked, Tally
from deploy.bench.processes import quiet_environment, resident_mib
from deploy.bench.script import FORM, KINDS, SIX_TURNS, Step, Talk
from deploy.bench.table import table

TURN = Figure("turn", "ms")
RATE = Figure("rate", "turns/s", more_is_better=True)
MACHINE = Machine("Model X", 2, 23.4, "Linux 6.1 x86_64")


class Parrot:
    """Answers with what it was told, and remembers who said what."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._names = count()

    async def fresh(self) -> str:
        """A number."""
        return str(next(self._names))

    async def say(self, conversation: str, text: str) -> str:
        """The words themselves."""
        self.heard.append((conversation, text))
        return text


class Mute(Parrot):
    """Fails."""

    async def say(self, conversation: str, text: str) -> str:
        """As a server does that is gone."""
        raise ClientConnectionError(conversation, text)


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [
        ([7.0], 0.95, 7.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.5),
        ([float(n) for n in range(101)], 0.95, 95.0),
        ([10.0, 20.0], 0.95, 19.5),
        ([10.0, 20.0], 0.0, 10.0),
        ([10.0, 20.0], 1.0, 20.0),
    ],
)
def test_a_percentile_lies_between_its_neighbours(values: Sequence[float], share: float, wanted: float) -> None:
    assert percentile(values, share) == pytest.approx(wanted)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_a_percentile_of_nothing_is_refused(values: Sequence[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_fewer_milliseconds_are_a_gain_and_more_turns_too() -> None:
    slower = gain(TURN, {Line.HOUSE: [10.0], Line.STOCK: [50.0]})
    rarer = gain(RATE, {Line.HOUSE: [100.0], Line.STOCK: [20.0]})
    assert slower is not None and slower.times == pytest.approx(5)
    assert rarer is not None and rarer.times == pytest.approx(5)


def test_a_gain_compares_round_with_round() -> None:
    """In the second round the machine was half as fast: the ratio is the same all the same."""
    found = gain(TURN, {Line.HOUSE: [10.0, 20.0, 10.0], Line.STOCK: [50.0, 100.0, 60.0]})
    assert found is not None
    assert (found.times, found.least, found.most) == pytest.approx((5, 5, 6))


def test_there_is_no_gain_without_the_other_side() -> None:
    assert gain(TURN, {Line.HOUSE: [10.0]}) is None
    assert gain(TURN, {Line.HOUSE: [10.0], Line.STOCK: [0.0]}) is None


def test_a_figure_that_is_a_ratio_already_is_not_compared() -> None:
    growth = Figure("growth", "", compared=False)
    assert gain(growth, {Line.HOUSE: [1.0], Line.STOCK: [2.0]}) is None


def test_the_table_shows_medians_gains_and_extremes() -> None:
    results = Results()
    for house, rasa, other in ((10.0, 6.0, 40.0), (20.0, 7.0, 120.0), (12.0, 8.0, 60.0)):
        results.add(TURN, Line.HOUSE, house)
        results.add(TURN, Line.RASA, rasa)
        results.add(TURN, Line.STOCK, other)
    lines = table(results, MACHINE, ["a note"]).splitlines()
    assert lines[0] == "Model X, 2 cores, 23 GiB, Linux 6.1 x86_64."
    assert lines[4] == "| turn, ms | 12.0 | 7.0 | 60.0 | **× 5.0** (4.0–6.0) |"
    assert lines[-1] == "- a note"


def test_a_missing_cell_stays_empty_and_every_row_has_as_many() -> None:
    results = Results()
    results.add(RATE, Line.HOUSE, 1_234.5)
    results.add(Figure("share", "", digits=2), Line.STOCK, 0.5)
    lines = table(results, MACHINE, []).splitlines()
    assert lines[4] == "| rate, turns/s | 1,234.5 |  |  |  |"
    assert lines[5] == "| share |  |  | 0.50 |  |"
    assert {line.count("|") for line in lines if line.startswith("|")} == {6}


async def test_only_measured_turns_count_and_wrong_answers_are_told() -> None:
    tally = Tally()
    talk = Talk("t", (Step("一", "一", measured=False), Step("二", "二"), Step("三", "四")))
    spent = await Clocked(Parrot(), tally).latencies_ms(talk, 3)
    assert len(spent) == 4  # whole conversations, two turns each
    assert tally.turns == 6 and tally.missed == {"三": 2}
    assert tally.right == pytest.approx(2 / 3)


async def test_a_load_is_whole_chats_in_conversations_of_their_own() -> None:
    parrot = Parrot()
    rate = await Clocked(parrot, Tally()).turns_per_second(1, 0.02)
    assert rate > 0
    chats = [parrot.heard[start : start + 6] for start in range(0, len(parrot.heard), 6)]
    assert all(len({conversation for conversation, _ in chat}) == 1 for chat in chats)
    assert [text for _, text in chats[0]] == [step.said for step in SIX_TURNS.steps]


async def test_the_end_of_a_long_conversation_is_measured_beside_short_ones() -> None:
    parrot = Parrot()
    found = await Clocked(parrot, Tally()).long_talk(13, 60, chats=2)
    lengths = Counter(conversation for conversation, _ in parrot.heard)
    assert found.turns == 18
    assert sorted(lengths.values()) == [12, 12, 18 + 12]
    assert (len(found.early_ms), len(found.late_ms)) == (2, 2)


async def test_a_long_conversation_ends_when_patience_does() -> None:
    found = await Clocked(Parrot(), Tally()).long_talk(10**9, 0, chats=1)
    assert found.turns == 0


async def test_a_failed_turn_is_a_wrong_answer_not_the_end() -> None:
    tally = Tally()
    assert await Clocked(Mute(), tally).turn_ms("1", Step("一", "一")) >= 0
    assert tally.right == 0


def test_every_kind_measures_something_and_the_form_only_what_is_inside() -> None:
    assert all(any(step.measured for step in talk.steps) for talk in KINDS)
    assert not FORM.steps[1].measured and not FORM.steps[-1].measured


def test_nothing_of_a_real_house_reaches_the_measured_processes() -> None:
    given = {"PATH": "/bin", "DATABASE_URL": "x", "XINGLIN_VAR": "x", "LLM_API_KEY": "x", "TF_NUM_INTRAOP_THREADS": "1"}
    assert quiet_environment(given) == {"PATH": "/bin"}


def test_this_process_has_weight_and_a_gone_one_none() -> None:
    assert resident_mib([os.getpid()]) > 5
    assert resident_mib([2**22 + 1]) == 0


def test_this_machine_is_described() -> None:
    machine = this_machine()
    assert machine.cores >= 1 and machine.memory_gib > 0.1 and machine.processor


def test_the_stock_project_is_ours_without_our_components(tmp_path: Path) -> None:
    project = stock.make_project(tmp_path / "stock")
    stock.point_at_actions(project, 5055)
    assert (project / "domain" / "intents.yml").exists() and (project / "data" / "rules.yml").exists()
    assert not (project / "components").exists()
    assert "components" not in (project / "config.yml").read_text(encoding="utf-8")
    assert (project / "endpoints.yml").read_text(encoding="utf-8").endswith("5055/webhook\n")


def test_the_stock_model_is_known_by_its_sentences_not_its_ports(tmp_path: Path) -> None:
    project = stock.make_project(tmp_path / "stock")
    before = stock.content_hash(project)
    stock.point_at_actions(project, 6000)
    assert stock.content_hash(project) == before
    with (project / "data" / "rules.yml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert stock.content_hash(project) != before
