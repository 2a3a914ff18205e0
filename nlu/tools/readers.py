"""Where the tools meet the reader: training, loading from a model, reading many sentences. Change it here only."""

from __future__ import annotations

import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from components.intent_model import BROKEN
from components.reader import Reader, train_reader
from tools.entity_scores import Marked, Score, score
from tools.material import HERE, BadFile, Material, Sentence
from tools.scores import Outcome, joined

FOLDS, SEED = 5, 20261121
_SIGN = "names.json"  # every reader's folder has it


def train(material: Material) -> Reader:
    """Train as Rasa does, from the same files, without Rasa."""
    return train_reader(material.examples, material.names, material.patterns, inverse_penalty=_penalty())


def load(model: Path) -> Reader:
    """Take the reader out of a model that Rasa has trained. Raises BadFile."""
    try:
        with tarfile.open(model) as archive, tempfile.TemporaryDirectory() as name:
            return Reader.load(_unpacked(archive, Path(name)))
    except (*BROKEN, tarfile.TarError) as error:
        raise BadFile(f"{model}: no model of ours, or made by another version of nlu/components ({error!r})") from error


def _unpacked(archive: tarfile.TarFile, folder: Path) -> Path:
    """Write the reader's files, by their last names alone: an archive has no say in where a file is put."""
    members = [member for member in archive.getmembers() if member.isfile()]
    inside = next((PurePosixPath(m.name).parent for m in members if PurePosixPath(m.name).name == _SIGN), None)
    if inside is None:
        raise KeyError(_SIGN)
    for member in members:
        path = PurePosixPath(member.name)
        content = archive.extractfile(member) if path.parent == inside else None
        if content is not None:
            (folder / path.name).write_bytes(content.read())
    return folder


def read_all(reader: Reader, sentences: Sequence[Sentence]) -> Outcome:
    """Read every sentence."""
    found = [_read(reader, sentence.text) for sentence in sentences]
    return Outcome(
        texts=[sentence.text for sentence in sentences],
        true=np.array([sentence.intent for sentence in sentences]),
        predicted=np.array([intent for intent, _, _ in found]),
        confidence=np.array([confidence for _, confidence, _ in found]),
        milliseconds=np.array([spent for _, _, spent in found]),
    )


def name_scores(reader: Reader, marked: Sequence[Marked]) -> dict[str, Score]:
    """Return how well names are found, by kind."""
    return score(reader.gazetteer, marked)


def _read(reader: Reader, text: str) -> tuple[str, float, float]:
    """Return intent, confidence and milliseconds."""
    began = time.perf_counter()
    reading = reader.read(text)
    spent = (time.perf_counter() - began) * 1_000
    return reading.intent, reading.confidence, spent


def cross_validate(material: Material) -> tuple[list[Sentence], Outcome]:
    """Read each sentence with a reader that was trained without it; return them in the order they were read."""
    labels = [sentence.intent for sentence in material.sentences]
    order: list[Sentence] = []
    parts = []
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels):
        reader = train(Material([material.sentences[i] for i in seen], material.names, material.patterns))
        held = [material.sentences[i] for i in unseen]
        order += held
        parts.append(read_all(reader, held))
    return order, joined(parts)


def _penalty() -> float:
    config = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))
    return float(config["pipeline"][0]["inverse_penalty"])
