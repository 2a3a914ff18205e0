"""Fits the second reader of danger (`danger_model.py`) to examples. Used by `deploy.fit_danger` and by tests only.

A word of one of our lists of sayings (“lists”: 耷拉, 使不上劲 …) counts as itself and as any word of its list, so that
what was learnt of one saying holds for the others. In the model that is read no lists are left: they are folded in.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.danger_model import GRAM, UNKNOWN, DangerModel, Floats, Ints, Layers, pieces_of, windows

HARMLESS = "harmless"
_RARE = 2
"""Pieces in fewer examples are not learnt."""
_HIDDEN = 64
_NETWORKS = 3
"""Learn the same from other beginnings and stand side by side: their mistakes differ, their mean makes fewer."""
_EPOCHS, _BATCH, _RATE = 12, 128, 0.1
_DEAF, _ASLEEP = 0.3, 0.2
"""Shares of pieces and of hidden units left out at random while learning: no single word may decide."""
_GROWN = np.float32(8)
"""Rows of length one are too short a step for the first layer."""

Example = tuple[str, str]
"""Plain words, and what they tell: a category or HARMLESS."""
Lists = Mapping[str, Sequence[str]]
"""The names of the lists in which a word stands."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What one window of an example holds: features, how much each counts, and the outcome."""

    numbers: Ints
    values: Floats
    outcome: int


@dataclass(frozen=True, slots=True)
class _Features:
    """Pieces and lists by number, and how rare each is."""

    numbers: Mapping[str, int]
    rarity: Floats
    lists: Lists

    def of(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a feature begins, and its number."""
        for start, name in _named(text, self.lists):
            yield start, self.numbers.get(name, self.numbers[UNKNOWN])


def train(examples: Sequence[Example], lists: Lists) -> DangerModel:
    """A model that tells every category from strength 0 on and doubts nothing; the same examples give the same one."""
    categories = tuple(sorted({kind for _, kind in examples} - {HARMLESS}))
    outcomes = {kind: number for number, kind in enumerate((HARMLESS, *categories))}
    features = _features([text for text, _ in examples], lists)
    rows = [row for text, kind in examples for row in _rows(text, outcomes[kind], features)]
    beginnings = map(np.random.default_rng, range(_NETWORKS))
    layers = _joined([_descend(rows, len(features.numbers), len(outcomes), chance) for chance in beginnings])
    pieces, folded = _folded(features, layers)
    return DangerModel(categories, pieces, folded, np.zeros(len(categories), np.float32), -math.inf, "")


def _named(text: str, lists: Lists) -> Iterator[tuple[int, str]]:
    for start, piece in pieces_of(text):
        if len(piece) <= GRAM:
            yield start, piece
        for name in lists.get(piece, ()):
            yield start, name


def _features(texts: Sequence[str], lists: Lists) -> _Features:
    counts = Counter(name for text in texts for name in {name for _, name in _named(text, lists)})
    names = [UNKNOWN, *sorted(name for name, count in counts.items() if count >= _RARE)]
    rarity = [math.log((1 + len(texts)) / (1 + counts[name])) + 1 for name in names]
    return _Features({name: number for number, name in enumerate(names)}, np.array(rarity, np.float32), lists)


def _rows(text: str, outcome: int, features: _Features) -> Iterator[_Row]:
    """The whole text; of a harmless one every window too, for nothing in it is a danger."""
    found = np.array(list(features.of(text)), np.int64).reshape(-1, 2)
    for start, end in windows(len(text)) if outcome == 0 else [(0, len(text))]:
        inside = found[(found[:, 0] >= start) & (found[:, 0] < end), 1]
        if not len(inside):
            continue
        numbers, counts = np.unique(inside, return_counts=True)
        rarity = features.rarity[numbers]
        values = (counts * rarity / np.sqrt((counts * rarity**2).sum()) * _GROWN).astype(np.float32)
        known = numbers != features.numbers[UNKNOWN]
        if known.any():
            yield _Row(numbers[known], values[known], outcome)


def _descend(rows: Sequence[_Row], features: int, outcomes: int, chance: np.random.Generator) -> Layers:
    """Adagrad on the log loss, with pieces and hidden units left out at random."""
    normal = chance.standard_normal
    pieces = (normal((features, _HIDDEN)) * 0.05).astype(np.float32)
    outer = (normal((_HIDDEN, outcomes)) / math.sqrt(_HIDDEN)).astype(np.float32)
    weights = [pieces, np.zeros(_HIDDEN, np.float32), outer, np.zeros(outcomes, np.float32)]
    squares = [np.full_like(one, 1e-2) for one in weights]
    for epoch in range(_EPOCHS):
        rate = np.float32(_RATE * (1 - 0.8 * epoch / (_EPOCHS - 1)))
        for batch in np.array_split(chance.permutation(len(rows)), max(len(rows) // _BATCH, 1)):
            used, slopes = _slopes([rows[one] for one in batch], weights, chance)
            squares[0][used] += slopes[0] * slopes[0]
            pieces[used] -= rate * slopes[0] / np.sqrt(squares[0][used])
            for weight, square, slope in zip(weights[1:], squares[1:], slopes[1:], strict=True):
                square += slope * slope
                weight -= rate * slope / np.sqrt(square)
    return Layers(pieces * _GROWN, np.zeros(0, np.float32), weights[1], weights[2], weights[3])


def _joined(networks: Sequence[Layers]) -> Layers:
    """One network that says the mean of all."""
    outer = np.concatenate([one.outer / len(networks) for one in networks]).astype(np.float32)
    outer_bias = np.mean([one.outer_bias for one in networks], axis=0).astype(np.float32)
    pieces = np.concatenate([one.pieces for one in networks], axis=1)
    return Layers(pieces, networks[0].squares, np.concatenate([one.hidden_bias for one in networks]), outer, outer_bias)


def _slopes(batch: Sequence[_Row], weights: Sequence[Floats], chance: np.random.Generator) -> tuple[Ints, list[Floats]]:
    """The features met in a batch, each once, and the slopes of their rows and of all other weights."""
    pieces, hidden_bias, outer, outer_bias = weights
    lengths = [len(row.numbers) for row in batch]
    starts, lines = np.cumsum([0, *lengths[:-1]]), np.repeat(np.arange(len(batch)), lengths)
    numbers = np.concatenate([row.numbers for row in batch])
    heard = (chance.random(len(numbers)) > _DEAF) / (1 - _DEAF)
    values = (np.concatenate([row.values for row in batch]) * heard).astype(np.float32)[:, None]
    hidden = np.add.reduceat(values * pieces[numbers], starts) + hidden_bias
    awake = ((hidden > 0) * (chance.random(hidden.shape) > _ASLEEP) / (1 - _ASLEEP)).astype(np.float32)
    hidden = hidden * awake
    scores = hidden @ outer + outer_bias
    error = np.exp(scores - scores.max(axis=1, keepdims=True))
    error /= error.sum(axis=1, keepdims=True)
    error[np.arange(len(batch)), [row.outcome for row in batch]] -= 1
    error /= len(batch)
    back = (error @ outer.T) * awake
    order = np.argsort(numbers, kind="stable")
    used, first = np.unique(numbers[order], return_index=True)
    by_piece = np.add.reduceat((values * back[lines])[order], first)
    return used, [by_piece, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def _folded(features: _Features, layers: Layers) -> tuple[dict[str, int], Layers]:
    """One row for each string that means anything: its own and those of its lists, added up."""
    grams = [name for name in features.numbers if len(name) <= GRAM and name not in features.lists]
    meant = {piece: [piece] for piece in grams}
    for word, names in features.lists.items():
        meant[word] = [*([word] if len(word) <= GRAM else []), *names]
    layers.pieces[features.numbers[UNKNOWN]] = 0
    rows = np.zeros((len(meant), layers.pieces.shape[1]), np.float32)
    squares = np.zeros(len(meant), np.float32)
    for at, names in enumerate(meant.values()):
        numbers = [features.numbers.get(name, features.numbers[UNKNOWN]) for name in names]
        rarity = features.rarity[numbers]
        rows[at] = rarity @ layers.pieces[numbers]
        squares[at] = (rarity**2).sum()
    numbered = {piece: number for number, piece in enumerate(meant)}
    return numbered, Layers(rows, squares, layers.hidden_bias, layers.outer, layers.outer_bias)
