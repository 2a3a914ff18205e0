"""Which department's patients talk like this: character pairs, a softmax over departments, trained on our own examples.

The book (`complaints.py`) knows words; this knows how words are weighed against each other, and what resembles them.
Trained when the examples change (under a second), kept beside the data like any parsed file.
"""

import hashlib
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.text import normalise
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required

NOBODY = "nobody"
"""The class of sentences that tell no complaint."""
_FILE = "complaint_examples.yml"
_RUN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_MIXED = 60
"""Made-up texts for each department: examples of it in company with what anybody says."""
_EVEN = 0.5
"""How far departments with few examples are made up for: 0 not at all, 1 wholly."""
_FEW = 3
"""Fewer pairs than this tell nothing."""
_EPOCHS, _BATCH, _RATE, _DECAY = 5, 256, 0.5, 1e-5
_KEPT_AS = 2
"""Counts up when the same examples and settings give another model."""

Floats = NDArray[np.float32]
Example = tuple[str, str]
"""Text, department id."""
Row = tuple[NDArray[np.int64], Floats]
"""The known pieces of a text and what they count."""


@dataclass(frozen=True, slots=True, eq=False)
class ComplaintModel:
    """Weights of pieces of text for each department."""

    departments: tuple[str, ...]
    pieces: Mapping[str, int]
    rarity: Floats
    """What a piece counts; rarer ones count more."""
    weights: Floats
    """Pieces × departments; the last row is the bias."""

    def logits(self, text: str) -> dict[str, float]:
        """How strongly each department is meant (natural logarithm, up to a constant)."""
        numbers, values = _vector(text, self.pieces, self.rarity)
        scores = values @ self.weights[numbers] + self.weights[-1]
        return dict(zip(self.departments, map(float, scores), strict=True))

    def met(self, text: str) -> float:
        """The share of the text's pairs of characters that stand in some example; 0 for a text of a word or two."""
        pairs = [piece for piece in _pieces(text) if len(piece) > 1]
        return sum(piece in self.pieces for piece in pairs) / len(pairs) if len(pairs) >= _FEW else 0.0


def load_complaint_model(folder: Path = DATA) -> ComplaintModel:
    """Trained on `complaint_examples.yml`; read back when that has not changed. Raises BadDataError."""
    examples, fillers = _read(folder)
    settings = (_KEPT_AS, _MIXED, _EVEN, _EPOCHS, _BATCH, _RATE, _DECAY)
    digest = hashlib.sha256(repr((settings, examples, fillers)).encode()).hexdigest()[:24]
    home = (folder / _FILE).resolve().parent  # of the real file: composed folders share ours
    kept = home / "__pycache__" / f"{_FILE}.model.{digest}.npz"
    with suppress(OSError, ValueError, KeyError):  # nothing kept, or half of it: trained once more
        return _restored(kept)
    model = train(examples, fillers)
    _keep(kept, model)
    return model


def train(examples: Sequence[Example], fillers: Sequence[str], mixed: int = _MIXED) -> ComplaintModel:
    """Softmax regression by stochastic gradients; the same examples always give the same model."""
    texts = [*examples, *in_company(examples, fillers, mixed)]
    departments = tuple(sorted({name for _, name in texts}))
    counts = Counter(piece for text, _ in texts for piece in set(_pieces(text)))
    pieces = {piece: number for number, piece in enumerate(counts)}
    rarity = np.array([math.log((1 + len(texts)) / (1 + count)) + 1 for count in counts.values()], np.float32)
    rows = [_vector(text, pieces, rarity) for text, _ in texts]
    wanted = np.array([departments.index(name) for _, name in texts])
    return ComplaintModel(departments, pieces, rarity, _descend(rows, wanted, len(pieces), len(departments)))


def _descend(rows: Sequence[Row], wanted: NDArray[np.int64], bias: int, departments: int) -> Floats:
    """Adagrad on the log loss, one batch after the other; a department weighs the same however many rows it has.

    Over the pieces that stand in a batch, one by one: a matrix product would bring every core of the machine to fight.
    """
    weights = np.zeros((bias + 1, departments), np.float32)
    squares = np.full_like(weights, 1e-4)
    worth = (len(wanted) / (departments * np.bincount(wanted))).astype(np.float32)[wanted, None] ** _EVEN
    rows = [(np.append(numbers, bias), np.append(values, np.float32(1))) for numbers, values in rows]
    order = np.random.default_rng(0)
    for _ in range(_EPOCHS):
        for batch in np.array_split(order.permutation(len(rows)), max(len(rows) // _BATCH, 1)):
            numbers, values, lines, starts = _together([rows[one] for one in batch])
            scores = np.add.reduceat(values * weights[numbers], starts)
            chances = np.exp(scores - scores.max(axis=1, keepdims=True))
            chances /= chances.sum(axis=1, keepdims=True)
            chances[np.arange(len(batch)), wanted[batch]] -= 1
            used, slope = _by_piece(numbers, values * (chances * worth[batch] / len(batch))[lines])
            slope += _DECAY * weights[used]
            squares[used] += slope * slope
            weights[used] -= _RATE * slope / np.sqrt(squares[used])
    return weights


def _together(rows: Sequence[Row]) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Piece and value (a column) of everything in a batch, the row each stands in, and where rows begin."""
    lengths = [len(numbers) for numbers, _ in rows]
    starts = np.cumsum([0, *lengths[:-1]])
    lines = np.repeat(np.arange(len(rows)), lengths)
    return (
        np.concatenate([numbers for numbers, _ in rows]),
        np.concatenate([values for _, values in rows])[:, None],
        lines,
        starts,
    )


def _by_piece(numbers: NDArray[np.int64], parts: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The pieces of a batch, each once, and the sums of their parts."""
    order = np.argsort(numbers, kind="stable")
    used, starts = np.unique(numbers[order], return_index=True)
    return used, np.add.reduceat(parts[order], starts)


def in_company(examples: Sequence[Example], fillers: Sequence[str], mixed: int) -> Iterator[Example]:
    """Longer texts, as people write them: one to three complaints of a department among words that say nothing."""
    choose = random.Random(0)
    homes: dict[str, list[str]] = {}
    for text, name in examples:
        homes.setdefault(name, []).append(text)
    for name, own in homes.items():
        for _ in range(mixed):
            told = choose.sample(own, min(choose.choice((1, 1, 2, 2, 3)), len(own)))
            said = told[1:] + choose.sample(fillers, choose.choice((0, 1, 2, 3, 4)))
            yield "，".join([told[0], *choose.sample(said, len(said))]), name


def _pieces(text: str) -> Iterator[str]:
    for run in _RUN.findall(_DIGITS.sub("0", text)):
        yield from run
        yield from map("".join, pairwise(run))


def _vector(text: str, pieces: Mapping[str, int], rarity: Floats) -> Row:
    """The known pieces of a text and what they count; together of length one, so that long texts count no more."""
    counts = Counter(number for piece in _pieces(text) if (number := pieces.get(piece)) is not None)
    numbers = np.fromiter(counts, np.int64, len(counts))
    values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[numbers]
    return numbers, (values / (np.linalg.norm(values) or 1)).astype(np.float32)


def _read(folder: Path) -> tuple[list[Example], list[str]]:
    raw = read_yaml(folder / _FILE)
    fillers = [normalise(str(text)) for text in required(raw, "anybody", _FILE)]
    homes: dict[str, str] = {}
    for name, texts in required(raw, "examples", _FILE).items():
        for text in map(normalise, map(str, required({name: texts}, name, _FILE))):
            if homes.setdefault(text, name) != name:
                raise BadDataError(f"{_FILE}: {text!r} is of {homes[text]} and of {name}")
    return [*homes.items(), *((text, NOBODY) for text in fillers)], fillers


def _restored(kept: Path) -> ComplaintModel:
    with np.load(kept) as file:
        pieces = {piece: number for number, piece in enumerate(str(file["pieces"]).split("\n"))}
        departments = tuple(str(file["departments"]).split("\n"))
        return ComplaintModel(departments, pieces, file["rarity"], file["weights"])


def _keep(kept: Path, model: ComplaintModel) -> None:
    """A folder that cannot be written costs time at each start, nothing else."""
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        for old in kept.parent.glob(f"{_FILE}.model.*"):
            old.unlink(missing_ok=True)
        fresh = kept.with_suffix(f".{random.getrandbits(32)}.tmp.npz")
        pieces, departments = np.array("\n".join(model.pieces)), np.array("\n".join(model.departments))
        np.savez(fresh, rarity=model.rarity, weights=model.weights, pieces=pieces, departments=departments)
        fresh.replace(kept)
