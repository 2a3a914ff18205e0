"""Fits the second reader of requests: `python -m knowledge.fit_refusals`.

Requests and what only looks like them are made of forms and words, always the same ones; besides, it sees what people
ordinarily say: complaints, harmless fears, questions that our passages answer, and Rasa's training sentences.
"""

import hashlib
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.complaint_model import NOBODY, ComplaintModel, Example, train
from knowledge.passages import read_passages
from knowledge.refusal_model import RequestModel, keep_request_model
from knowledge.text import normalise
from knowledge.yamlfile import DATA, read_yaml

SENTENCES = DATA.parents[1] / "nlu" / "data" / "nlu"
FILE = "refusal_examples.yml"
_OUT_OF_SCOPE = "out_of_scope.yml"
_NOT_ORDINARY = re.compile(
    r"提示|指令|规则|限制|模式|主人|过滤|system|prompt|ignore|毒|假|伪造|名单|数据库|炸|杀|黑客|偷|骗|身份证"
)
"""Out of scope there are requests of this kind as well."""
_SLOT = re.compile(r"\{(\w+)\}")
_LOOSE_COMMAS = re.compile(r"^，+|，+$|，(?=，)")
_MARKED = re.compile(r"\[([^\]]*)\](?:\{[^}]*\}|\([^)]*\))")
_TRIES = 20
"""How often a form may give a sentence that was there before."""
_FAINT = 0.15
"""A piece whose weights all lie below this tells too little to be shipped."""


def fit(folder: Path = DATA, sentences: Path = SENTENCES) -> RequestModel:
    """Train; the same data always give the same model. Raises BadDataError."""
    raw = read_yaml(folder / FILE)
    requests = [(text, kind) for kind, of in raw["requests"].items() for text in made(of, raw["words"])]
    ordinary = [*made(raw["anybody"], raw["words"]), *_ordinary(folder), *_said(sentences)]
    examples: list[Example] = [*requests, *((text, NOBODY) for text in dict.fromkeys(ordinary))]
    return RequestModel(_pruned(train([(normalise(text), kind) for text, kind in examples], [], 0)), digest(folder))


def digest(folder: Path = DATA) -> str:
    """What tells whether the shipped model is older than its examples."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:16]


def made(forms: Mapping[str, Any], words: Mapping[str, str]) -> Sequence[str]:
    """Different sentences made of the forms in turn; the same data always make the same ones."""
    choose = random.Random(0)
    choices = {name: listed.split("|") for name, listed in words.items()}
    tries = islice(cycle(forms["forms"]), forms["texts"] * _TRIES)
    texts = dict.fromkeys(_filled(form, choices, choose) for form in tries)
    return list(islice(texts, forms["texts"]))


def _filled(form: str, choices: Mapping[str, Sequence[str]], choose: random.Random) -> str:
    return _LOOSE_COMMAS.sub("", _SLOT.sub(lambda slot: choose.choice(choices[slot[1]]), form))


def _ordinary(folder: Path) -> Iterator[str]:
    complaints = read_yaml(folder / "complaint_examples.yml")
    for texts in (*complaints["examples"].values(), complaints["anybody"]):
        yield from map(str, texts)
    yield from map(str, read_yaml(folder / "danger_examples.yml")["harmless"])
    for passage in read_passages(folder):
        yield from passage.asked_as


def _said(sentences: Path) -> Iterator[str]:
    for path in sorted(sentences.glob("*.yml")):
        for entry in read_yaml(path)["nlu"]:
            yield from (
                one for one in training_sentences(entry) if path.name != _OUT_OF_SCOPE or not _NOT_ORDINARY.search(one)
            )


def training_sentences(entry: Mapping[str, Any]) -> Iterator[str]:
    """The sentences of one entry of Rasa's training data, without the marks of entities."""
    for line in str(entry.get("examples", "")).splitlines():
        if line.startswith("- "):
            yield _MARKED.sub(r"\1", line[2:].strip())


def _pruned(model: ComplaintModel) -> ComplaintModel:
    telling = np.append(np.abs(model.weights[:-1]).max(axis=1) >= _FAINT, True)
    names = [piece for piece, kept in zip(model.pieces, telling[:-1], strict=True) if kept]
    pieces = {piece: number for number, piece in enumerate(names)}
    return replace(model, pieces=pieces, rarity=model.rarity[telling[:-1]], weights=model.weights[telling])


if __name__ == "__main__":
    keep_request_model(fit())
    sys.stdout.write("fitted\n")
