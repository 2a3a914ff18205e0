"""The table of `make bench-nlu`. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

HEADS = ("", "ours", "stock Rasa", "TF-IDF", "ours against stock")


class Better(StrEnum):
    """How two numbers are compared; each ratio says how many times better ours is."""

    LESS = "less"  # stock ÷ ours
    FEWER_MISTAKES = "fewer mistakes"  # (1 - stock) ÷ (1 - ours), for shares that are right
    MORE = "more"  # ours ÷ stock


@dataclass(frozen=True, slots=True)
class Row:
    """One line; None where nobody measured, or there was nothing to count."""

    name: str
    ours: float | None
    stock: float | None
    better: Better
    digits: int = 3
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of a server besides what it reads."""

    training_s: float
    model_mib: float
    start_s: float
    memory_mib: float


def rows(measured: Mapping[str, Any], ours: Side, stock: Side) -> list[Row]:
    """Everything measured, as lines. `measured` is what nlu/tools/beside.py prints."""
    return [
        *_read(measured),
        *_doubt(measured["together"]),
        *_drugs(measured["drugs"]),
        *_cost(measured["together"], ours, stock),
    ]


def table(lines: Sequence[Row], machine: str, notes: Sequence[str]) -> str:
    """Markdown, ready to be pasted."""
    said = [machine, "", _line(HEADS), _line(("---", *["---:"] * (len(HEADS) - 1)))]
    said += [_line(_cells(row)) for row in lines]
    return "\n".join([*said, "", *[f"- {note}" for note in notes]])


def times_better(row: Row) -> float | None:
    """How many times better ours is; None where it can't be said."""
    if row.ours is None or row.stock is None:
        return None
    above, below = {
        Better.LESS: (row.stock, row.ours),
        Better.FEWER_MISTAKES: (1 - row.stock, 1 - row.ours),
        Better.MORE: (row.ours, row.stock),
    }[row.better]
    return above / below if below > 0 else None


def _read(measured: Mapping[str, Any]) -> Iterator[Row]:
    for one in (*measured["own"], *measured["public"]):
        classes = f", {len(one['classes'])} classes" if "classes" in one else ""
        for score, name in (("accuracy", "accuracy"), ("macro_f1", "macro-F1")):
            by_side = {side: found[score] for side, found in one["scores"].items()}
            yield Row(
                f"{one['name']} ({one['sentences']:,}{classes}): {name}",
                by_side["ours"], by_side["stock"], Better.FEWER_MISTAKES, baseline=by_side.get("tfidf"),
            )  # fmt: skip


def _doubt(together: Mapping[str, Any]) -> Iterator[Row]:
    ours, stock = together["ours"], together["stock"]
    yield Row("calibration error", ours["calibration_error"], stock["calibration_error"], Better.LESS)
    for title, key in (("stock at 0.3, its default", "alone"), ("stock at 0.7", "alone_strict")):
        one, other = ours["alone"], stock[key]
        named = (
            ("in scope answered alone", "alone", Better.MORE),
            ("of these right", "right", Better.FEWER_MISTAKES),
            ("of all answered alone right", "right_of_all", Better.FEWER_MISTAKES),
            ("out of scope let through", "let_through", Better.LESS),
        )
        yield from (Row(f"{name} ({title})", one[field], other[field], better) for name, field, better in named)


def _drugs(drugs: Mapping[str, Any]) -> Iterator[Row]:
    recall, false = drugs["recall"], drugs["false_per_200"]
    missing = Better.FEWER_MISTAKES
    yield Row(f"misspelt drugs seen ({drugs['misspelt']:,})", recall["ours"], recall["stock"], missing)
    name = f"drugs seen where none is, of 200 ({drugs['ordinary']:,})"
    yield Row(name, false["ours"], false["stock"], Better.LESS, digits=2)


def _cost(together: Mapping[str, Any], ours: Side, stock: Side) -> Iterator[Row]:
    for name in ("p50", "p95"):
        spent = [together[side][f"{name}_ms"] for side in ("ours", "stock")]
        yield Row(f"parse over HTTP, {name}, ms", spent[0], spent[1], Better.LESS, digits=2)
    yield Row("resident memory, MiB", ours.memory_mib, stock.memory_mib, Better.LESS, digits=0)
    yield Row("start to ready, second start, s", ours.start_s, stock.start_s, Better.LESS, digits=1)
    yield Row("training, s", ours.training_s, stock.training_s, Better.LESS, digits=0)
    yield Row("model, MiB", ours.model_mib, stock.model_mib, Better.LESS, digits=1)


def _cells(row: Row) -> Sequence[str]:
    shown = [_number(value, row.digits) for value in (row.ours, row.stock, row.baseline)]
    gain = times_better(row)
    return (row.name, *shown, "" if gain is None else f"**× {gain:.1f}**")


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
