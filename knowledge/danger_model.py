"""The second reader of danger: a small network over pieces of text, fitted to our own examples.

The rules (`red_flags.py`) are certain and can say why, but know only what somebody thought of. This hears what
resembles our examples of danger (`data/danger_examples.yml`) more than anything harmless. It reads a message through
many short windows, so that three frightened words count in a long story. `python -m deploy.fit_danger` fits it.
"""

import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.yamlfile import DATA, BadDataError

_FILE = "danger_model.npz"
_RUN = re.compile(r"[^\W_]+")
LONGEST_PIECE = 6
"""Characters: the longest words of our lists."""
GRAM = 2
"""Characters of the pieces that are learnt as such; unknown ones count too: the more of a text nobody has met, the less
the rest of it says."""
UNKNOWN = "□□"
"""Stands for them. A piece that no text contains."""
_WINDOW, _STEP = 30, 10
"""Characters: about two clauses, begun anew at every third of them."""
_MANY = 0.7
"""Among many windows one is strong by chance: what each loses for every e-fold of their number."""
_STRETCH, _OVERLAP = 240, 60
"""Characters read as one message; what is longer is read stretch by stretch."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Window = tuple[int, int]
"""Where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Words that sound like a danger."""

    category: str
    start: int
    end: int
    strength: float
    """How much likelier than harmless (natural logarithm)."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What the network weighs: pieces → hidden → harmless and each danger."""

    pieces: Floats
    """Pieces × hidden, each row times what the piece counts."""
    squares: Floats
    """What a piece counts, squared: rare ones count more."""
    hidden_bias: Floats
    outer: Floats
    """Hidden × outcomes; the first outcome is harmless."""
    outer_bias: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DangerModel:
    """Says which words of a message sound like which danger."""

    categories: tuple[str, ...]
    """The outcomes behind the first."""
    pieces: Mapping[str, int]
    layers: Layers
    enough: Floats
    """From which strength on each category is told."""
    doubted: float
    """Below this strength a message is harmless even if a rule alarms."""
    examples: str
    """The digest of the examples it was fitted to."""

    def suspicions(self, words: str) -> list[Suspicion]:
        """What sounds like danger in plain words, strongest first. Time linear in their length."""
        found = [one for start, stretch in _stretches(words) for one in self._in_stretch(start, stretch)]
        return sorted(found, key=lambda one: -one.strength)

    def strongest(self, words: str) -> tuple[float, str]:
        """The strength of the strongest window, however weak, and its category."""
        read = [self._read(part, occurrences(part, self.pieces)) for _, part in _stretches(words)]
        strengths, kinds = (np.concatenate([one[column] for one in read]) for column in (1, 2))
        at = int(strengths.argmax())
        return float(strengths[at]), self.categories[int(kinds[at])]

    def _in_stretch(self, offset: int, words: str) -> Iterator[Suspicion]:
        seen = occurrences(words, self.pieces)
        where, strengths, kinds = self._read(words, seen)
        for at in np.flatnonzero(strengths >= self.enough[kinds]):
            start, end = self._core(seen, where[at], int(kinds[at]))
            yield Suspicion(self.categories[kinds[at]], offset + start, offset + end, float(strengths[at]))

    def _read(self, words: str, seen: Ints) -> tuple[list[Window], Floats, Ints]:
        """The windows of one stretch, how much likelier than harmless each is a danger, and which."""
        where = windows(len(words))
        scores = np.maximum(self._hidden(seen, where), 0) @ self.layers.outer + self.layers.outer_bias
        dangers = scores[:, 1:]
        top = dangers.max(axis=1)
        together = top + np.log(np.exp(dangers - top[:, None]).sum(axis=1))
        return where, together - scores[:, 0] - _MANY * math.log(len(where)), dangers.argmax(axis=1)

    def _hidden(self, seen: Ints, where: Sequence[Window]) -> Floats:
        """Every window at once, by running sums over its pieces; of length one, so that long ones count alike."""
        starts, _, numbers = seen
        rows = self.layers.pieces[numbers]
        sums = np.concatenate([np.zeros((1, rows.shape[1]), np.float32), np.cumsum(rows, axis=0)])
        squares = np.concatenate([[np.float32(0)], np.cumsum(self.layers.squares[numbers])])
        first, behind = np.searchsorted(starts, np.array(where).T)
        lengths = np.sqrt(np.maximum(squares[behind] - squares[first], 1.0))
        hidden: Floats = (sums[behind] - sums[first]) / lengths[:, None] + self.layers.hidden_bias
        return hidden

    def _core(self, seen: Ints, window: Window, kind: int) -> Window:
        """The words of a window that speak most for the danger: the run of pieces furthest above their mean slope."""
        starts, ends, numbers = seen
        inside = slice(*np.searchsorted(starts, window))
        if inside.start == inside.stop:
            return window
        awake = self._hidden(seen, [window])[0] > 0
        slopes = np.where(awake, self.layers.outer[:, kind + 1] - self.layers.outer[:, 0], 0)
        weights = self.layers.pieces[numbers[inside]] @ slopes
        sums = np.concatenate([[0.0], np.cumsum(weights - weights.mean())])
        last = int((sums[1:] - np.minimum.accumulate(sums[:-1])).argmax())
        first = int(sums[: last + 1].argmin())
        return int(starts[inside][first]), int(ends[inside][first : last + 1].max())


def load_danger_model(folder: Path = DATA) -> DangerModel:
    """As fitted and shipped. Raises BadDataError."""
    try:
        with np.load(folder / _FILE) as file:
            pieces = {piece: number for number, piece in enumerate(str(file["pieces"]).split("\n"))}
            rows = file["rows"].astype(np.float32) * file["scale"]
            squares = file["squares"].astype(np.float32)
            layers = Layers(rows, squares, file["hidden_bias"], file["outer"], file["outer_bias"])
            categories = tuple(str(file["categories"]).split("\n"))
            enough, doubted = file["enough"], float(file["doubted"])
            return DangerModel(categories, pieces, layers, enough, doubted, str(file["examples"]))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadDataError(f"{_FILE}: {error}") from error


def keep_danger_model(model: DangerModel, folder: Path = DATA) -> None:
    """Write the file that is shipped: one byte a number, finer than the examples can tell."""
    layers = model.layers
    scale = np.abs(layers.pieces).max(axis=0) / np.float32(127)
    half = folder / f"half.{_FILE}"
    np.savez_compressed(
        half,
        pieces=np.array("\n".join(model.pieces)),
        categories=np.array("\n".join(model.categories)),
        rows=np.rint(layers.pieces / scale).astype(np.int8),
        scale=scale,
        squares=layers.squares.astype(np.float16),
        hidden_bias=layers.hidden_bias,
        outer=layers.outer,
        outer_bias=layers.outer_bias,
        enough=model.enough,
        doubted=np.float32(model.doubted),
        examples=np.array(model.examples),
    )
    half.replace(folder / _FILE)


def windows(length: int) -> list[Window]:
    """The windows of a text: the whole, and, of a longer one, every two clauses or so."""
    whole = [(0, length)]
    if length <= _WINDOW + _STEP:
        return whole
    return whole + [(at, min(at + _WINDOW, length)) for at in range(0, length - _WINDOW + _STEP, _STEP)]


def occurrences(text: str, pieces: Mapping[str, int]) -> Ints:
    """Where each piece begins and ends, and its number, in the order in which they begin."""
    unknown = pieces[UNKNOWN]
    found = [
        (start, start + len(piece), number)
        for start, piece in pieces_of(text)
        if (number := pieces.get(piece, unknown)) != unknown or len(piece) <= GRAM
    ]
    return np.array(found, np.int64).reshape(-1, 3).T


def pieces_of(text: str, longest: int = LONGEST_PIECE) -> Iterator[tuple[int, str]]:
    """Every run of characters up to `longest` between marks, with where it begins."""
    for run in _RUN.finditer(text):
        words, offset = run[0], run.start()
        for at in range(len(words)):
            for end in range(at + 1, min(at + longest, len(words)) + 1):
                yield offset + at, words[at:end]


def _stretches(words: str) -> Iterator[tuple[int, str]]:
    for at in range(0, max(1, len(words) - _OVERLAP), _STRETCH - _OVERLAP):
        yield at, words[at : at + _STRETCH]
