"""The second reader of requests: what resembles our examples of requests that we decline.

The rules (`refusals.py`) know the words somebody thought of; people ask in others. `python -m knowledge.fit_refusals`
fits it to sentences made of forms and words (`data/refusal_examples.yml`), held against ordinary talk.
"""

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.complaint_model import NOBODY, ComplaintModel
from knowledge.yamlfile import DATA, BadDataError

FILE = "refusal_model.npz"


@dataclass(frozen=True, slots=True, eq=False)
class RequestModel:
    """Says which kind of request words sound like."""

    reader: ComplaintModel
    """Its "departments" are the kinds of request, and nobody's."""
    examples: str
    """The digest of the examples it was fitted to."""

    def likeliest(self, words: str) -> tuple[str, float]:
        """The likeliest kind, and how much likelier than ordinary talk a request is (natural logarithm)."""
        scores = self.reader.logits(words)
        ordinary = scores.pop(NOBODY)
        kind = max(scores, key=lambda one: scores[one])
        return kind, scores[kind] - ordinary + math.log(sum(math.exp(one - scores[kind]) for one in scores.values()))


def load_request_model(folder: Path = DATA) -> RequestModel:
    """As fitted and shipped. Raises BadDataError."""
    try:
        with np.load(folder / FILE) as file:
            pieces = {piece: number for number, piece in enumerate(str(file["pieces"]).split("\n"))}
            weights = file["weights"].astype(np.float32) * file["scale"]
            kinds = tuple(str(file["kinds"]).split("\n"))
            reader = ComplaintModel(kinds, pieces, file["rarity"].astype(np.float32), weights)
            return RequestModel(reader, str(file["examples"]))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadDataError(f"{FILE}: {error}") from error


def keep_request_model(model: RequestModel, folder: Path = DATA) -> None:
    """Write the file that is shipped: one byte a weight."""
    scale = np.abs(model.reader.weights).max(axis=0) / np.float32(127)
    half = folder / f"half.{FILE}"
    np.savez_compressed(
        half,
        pieces=np.array("\n".join(model.reader.pieces)),
        kinds=np.array("\n".join(model.reader.departments)),
        rarity=model.reader.rarity.astype(np.float16),
        weights=np.rint(model.reader.weights / scale).astype(np.int8),
        scale=scale,
        examples=np.array(model.examples),
    )
    half.replace(folder / FILE)
