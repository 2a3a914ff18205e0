"""Fits the second reader of danger (`knowledge.danger_model`) to our own examples.

`python -m deploy.fit_danger` prints what cross-validation gives and writes knowledge/data/danger_model.npz.
Harmless are, besides what was written to be harmless, the sentences by which the assistant learns intents, the
questions of our passages and the complaints by which it learns departments: as far as no rule alarms on them and
nobody who read the most suspicious ones has set them aside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.plain_words import plain, without_idioms
from bot.screening import CRISIS, screen
from knowledge.complaint_model import in_company
from knowledge.danger_examples import DangerExamples, load_danger_examples, load_sayings
from knowledge.danger_model import DangerModel, keep_danger_model
from knowledge.danger_training import HARMLESS, train
from knowledge.fit_refusals import SENTENCES, training_sentences
from knowledge.passages import load_passages
from knowledge.red_flags import RedFlags, load_rules
from knowledge.yamlfile import DATA, read_yaml

_URGENT = re.compile("120|110|急诊|急救|抢救|立即|马上|立刻|危及|昏|抽搐")
_STORIES = 100
"""Made-up complaints of several sentences for each department."""
_LONG = ("stories", "passages")
"""Made of what stands elsewhere too: learnt from, but no measure."""
_FOLDS = 5
_MAY_ALARM, _MAY_ALARM_IN_CRISIS = 0.0075, 0.0012
"""Shares of harmless sentences of other files on which the reader may alarm; silence is worse about suicide."""


_MAY_DOUBT = 0.001
"""Share of the dangers seen by a rule that the reader may take for harmless."""


@dataclass(frozen=True, slots=True)
class Told:
    """One example: words as written, what they tell, and the file they come from."""

    text: str
    kind: str
    origin: str


def gather(examples: DangerExamples, rules: RedFlags) -> list[Told]:
    """All examples, each once."""
    own = [Told(text, kind, "dangers") for kind, texts in examples.dangers.items() for text in texts]
    own += [Told(text, HARMLESS, "harmless") for text in examples.harmless]
    known = {one.text for one in own} | examples.set_aside
    others = {text: origin for origin, texts in _others().items() for text in texts if text not in known}
    return own + [Told(text, HARMLESS, origin) for text, origin in others.items() if screen(text, rules) is None]


def _others() -> dict[str, list[str]]:
    complaints = read_yaml(DATA / "complaint_examples.yml")
    asked = [text for passage in load_passages(DATA) for text in passage.asked_as]
    intents = [line for file in sorted(SENTENCES.glob("*.yml")) for line in _sentences(file)]
    fillers = list(map(str, complaints["anybody"]))
    told = [
        (str(text), name) for name, texts in complaints["examples"].items() if name != "emergency" for text in texts
    ]
    written = [part for passage in load_passages(DATA) for part in _stretches(passage.text)]
    stories = [text for text, _ in in_company(told, fillers, _STORIES)]
    alone = [*(text for text, _ in told), *fillers]
    return {"intents": intents, "questions": asked, "complaints": alone, "stories": stories, "passages": written}


def _stretches(text: str) -> list[str]:
    """Up to three sentences at a time, without what is said of emergencies."""
    calm = [part for part in text.split("。") if part and not _URGENT.search(part)]
    return ["。".join(calm[at : at + 3]) for at in range(0, len(calm), 3)]


def _sentences(file: Path) -> list[str]:
    return [text for one in read_yaml(file)["nlu"] if "intent" in one for text in training_sentences(one)]


def fit(told: Sequence[Told], rules: RedFlags, sayings: Mapping[str, Sequence[str]]) -> DangerModel:
    """The reader of some examples; which strength is enough is for `calibrated` to say."""
    return train([(_read(one.text, rules), one.kind) for one in told], sayings)


def _read(text: str, rules: RedFlags) -> str:
    return without_idioms(plain(text, rules), rules)


@dataclass(frozen=True, slots=True)
class Checked:
    """What readers that had not seen it say of every example."""

    told: tuple[Told, ...]
    readers: tuple[DangerModel, ...]
    """One for each fold."""
    folds: tuple[int, ...]
    """Which reader had not seen the example."""
    strengths: tuple[float, ...]
    kinds: tuple[str, ...]


def cross_check(told: Sequence[Told], rules: RedFlags, sayings: Mapping[str, Sequence[str]]) -> Checked:
    """Fit a reader without each fifth of the examples, and ask it about them."""
    folds = [int(fold) for fold in np.random.default_rng(0).permutation(len(told)) % _FOLDS]
    readers = [
        fit([one for one, fold in zip(told, folds, strict=True) if fold != left_out], rules, sayings)
        for left_out in range(_FOLDS)
    ]
    said = [readers[fold].strongest(_read(one.text, rules)) for one, fold in zip(told, folds, strict=True)]
    strengths, kinds = zip(*said, strict=True)
    return Checked(tuple(told), tuple(readers), tuple(folds), strengths, kinds)


@dataclass(frozen=True, slots=True)
class Limits:
    """When the reader speaks."""

    enough: Mapping[str, float]
    """From which strength on each category is told."""
    doubted: float
    """Below which a rule is not believed."""

    def of(self, reader: DangerModel) -> DangerModel:
        """The same reader, within these limits."""
        enough = np.array([self.enough[kind] for kind in reader.categories], np.float32)
        return replace(reader, enough=enough, doubted=self.doubted)


def limits(checked: Checked, rules: RedFlags) -> Limits:
    """So that few harmless sentences of other files alarm, and few dangers that a rule sees are doubted."""
    said = list(zip(checked.told, checked.strengths, checked.kinds, strict=True))
    ordinary = [(strength, kind) for one, strength, kind in said if one.origin not in ("dangers", "harmless", *_LONG)]
    enough: dict[str, float] = {}
    kinds = {kind.id for kind in rules.categories}
    for among, share in ((kinds & CRISIS, _MAY_ALARM_IN_CRISIS), (kinds - CRISIS, _MAY_ALARM)):
        alarming = sorted((strength for strength, kind in ordinary if kind in among), reverse=True)
        enough |= dict.fromkeys(among, alarming[int(share * len(ordinary))])
    seen = [strength for one, strength, _ in said if one.origin == "dangers" and screen(one.text, rules)]
    return Limits(enough, float(np.quantile(seen, _MAY_DOUBT)))


def report(checked: Checked, rules: RedFlags, within: Limits) -> list[str]:
    """Per category and per file: what the rules tell, what the reader alone tells, what both do."""
    flags = [replace(rules, reader=within.of(reader)) for reader in checked.readers]
    rows: dict[str, list[tuple[bool, bool, bool]]] = {}
    for at, one in enumerate(checked.told):
        heard = checked.strengths[at] >= within.enough[checked.kinds[at]]
        both = screen(one.text, flags[checked.folds[at]]) is not None
        name = one.kind if one.origin == "dangers" else one.origin
        rows.setdefault(name, []).append((screen(one.text, rules) is not None, heard, both))
    told = [row for name, each in rows.items() if name in within.enough for row in each]
    lines = [f"{name:18} {len(each):6} {_shares(each)}" for name, each in [*rows.items(), ("all dangers", told)]]
    return ["                    count  rules reader   both", *lines]


def _shares(each: Sequence[tuple[bool, bool, bool]]) -> str:
    return " ".join(f"{sum(column) / len(each):6.3f}" for column in zip(*each, strict=True))


def main() -> None:
    """Check, fit to everything, keep."""
    rules, examples, sayings = load_rules(), load_danger_examples(), load_sayings()
    told = gather(examples, rules)
    checked = cross_check(told, rules, sayings)
    within = limits(checked, rules)
    print("\n".join(report(checked, rules, within)))
    model = within.of(fit(told, rules, sayings))
    keep_danger_model(replace(model, examples=examples.digest))


if __name__ == "__main__":
    main()
