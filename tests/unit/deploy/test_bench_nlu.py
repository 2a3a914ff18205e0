"""The pure parts of `make bench-nlu`, and how the tools of nlu/ are started."""

from pathlib import Path

import pytest

from deploy import nlu
from deploy.bench import stock
from deploy.bench.nlu.rows import Better, Row, Side, rows, table, times_better
from deploy.trouble import Trouble

SCORES = {"accuracy": 0.9, "macro_f1": 0.8}
ALONE = {"alone": 0.9, "right": 0.98, "right_of_all": 0.96, "let_through": 0.02}
DOUBT = {"sentences": 10, "calibration_error": 0.02, "p50_ms": 4.0, "p95_ms": 5.0, "alone": ALONE}
STOCK_DOUBT = {**DOUBT, "p50_ms": 20.0, "alone_strict": {**ALONE, "let_through": None}}
MEASURED = {
    "own": [{"name": "nlu_test", "sentences": 10, "scores": {"ours": SCORES, "stock": SCORES}, "mcnemar_p": 1.0}],
    "public": [
        {
            "name": "queries",
            "sentences": 1_000,
            "left_out": {},
            "classes": ["a", "b"],
            "scores": {"ours": SCORES, "stock": SCORES, "tfidf": {"accuracy": 0.7, "macro_f1": 0.5}},
        }
    ],
    "together": {"ours": DOUBT, "stock": STOCK_DOUBT},
    "drugs": {
        "misspelt": 100,
        "ordinary": 50,
        "recall": {"ours": 0.98, "stock": 0.9},
        "false_per_200": {"ours": 0.0, "stock": 3.0},
    },
}


@pytest.mark.parametrize(
    ("row", "times"),
    [
        (Row("ms", 4.0, 20.0, Better.LESS), 5.0),
        (Row("right", 0.98, 0.9, Better.FEWER_MISTAKES), 5.0),
        (Row("alone", 0.9, 0.6, Better.MORE), 1.5),
        (Row("never wrong", 1.0, 0.9, Better.FEWER_MISTAKES), None),
        (Row("nothing let through", 0.0, 0.5, Better.LESS), None),
        (Row("not measured", None, 0.5, Better.LESS), None),
    ],
)
def test_a_ratio_says_how_many_times_better_ours_is(row: Row, times: float | None) -> None:
    assert times_better(row) == (None if times is None else pytest.approx(times))


def test_the_table_has_every_measure_once_and_gaps_where_nobody_measured() -> None:
    lines = rows(MEASURED, Side(50, 7, 6, 250), Side(1_500, 60, 30, 1_250))
    text = table(lines, "Model X.", ["a note"])
    assert len({row.name for row in lines}) == len(lines)
    assert text.startswith("Model X.\n\n| | ".replace("| | ", "|  | "))
    assert "| queries (1,000, 2 classes): accuracy | 0.900 | 0.900 | 0.700 | **× 1.0** |" in text
    assert "| parse over HTTP, p50, ms | 4.00 | 20.00 |  | **× 5.0** |" in text
    assert "| resident memory, MiB | 250 | 1,250 |  | **× 5.0** |" in text
    assert "| out of scope let through (stock at 0.7) | 0.020 |  |  |  |" in text
    assert text.endswith("\n- a note")


def test_a_quick_model_never_takes_the_place_of_the_full_one(tmp_path: Path) -> None:
    full, quick = (stock.make_project(tmp_path / str(epochs), epochs) for epochs in (stock.EPOCHS, 5))
    assert stock.content_hash(full) != stock.content_hash(quick)
    assert f"epochs: {stock.EPOCHS}" in (full / "config.yml").read_text()
    assert "{" not in (quick / "config.yml").read_text()


def test_stock_gets_no_table_that_only_our_reader_understands(tmp_path: Path) -> None:
    project = stock.make_project(tmp_path / "stock")
    there = {path.name for path in (project / "data" / "lookup").iterdir()}
    assert "drug.yml" in there
    assert not there & set(stock.OUR_TABLES)


def test_a_tool_needs_rasas_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(nlu, "RASA_PYTHON", tmp_path / "none")
    with pytest.raises(Trouble, match="make setup"):
        nlu.run_tool("audit", ["--strict"])
