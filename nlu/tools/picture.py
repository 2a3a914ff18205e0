"""The confusions as a picture: a row for each intent that was misread, the most often misread on top."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from tools.scores import Outcome

matplotlib.use("Agg")
CELL_IN, MARGIN_IN = 0.38, 3.0  # inches


def draw(outcome: Outcome, title: str, path: Path) -> None:
    """Write the picture; intents without a mistake have no row, intents never read there no column."""
    rows, columns, counts = confusion_table(outcome)
    width, height = MARGIN_IN + CELL_IN * max(len(columns), 4), MARGIN_IN + CELL_IN * max(len(rows), 1)
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(f"{title}: {int((~outcome.right).sum())} of {len(outcome.texts)} sentences misread", fontsize=10)
    if rows:
        shares = counts / counts.sum(axis=1, keepdims=True)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="equal")
        axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", fontsize=8)
        axes.set_yticks(range(len(rows)), [f"{row} ({counts[i].sum()})" for i, row in enumerate(rows)], fontsize=8)
        axes.set_xlabel("read as")
        axes.set_ylabel("true (sentences)")
        for i, j in np.argwhere(counts):
            right = rows[i] == columns[j]
            colour = "white" if shares[i, j] > 0.5 else "black" if right else "firebrick"
            axes.text(j, i, str(counts[i, j]), ha="center", va="center", fontsize=7, color=colour)
    figure.savefig(path, dpi=120)


def confusion_table(outcome: Outcome) -> tuple[list[str], list[str], np.ndarray]:
    """Return the misread intents, the most often misread first; what they were read as; the counts."""
    misread, errors = np.unique(outcome.true[~outcome.right], return_counts=True)
    rows = [str(misread[i]) for i in np.lexsort((misread, -errors))]
    there = np.isin(outcome.true, rows)
    read = {str(each) for each in outcome.predicted[there]}
    columns = [row for row in rows if row in read] + sorted(read - set(rows))
    counts = [[int(((outcome.true == t) & (outcome.predicted == p)).sum()) for p in columns] for t in rows]
    return rows, columns, np.array(counts, dtype=int).reshape(len(rows), len(columns))
