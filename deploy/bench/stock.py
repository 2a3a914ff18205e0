"""A stock Rasa bot out of our own domain, rules and sentences: what `rasa init` would have given, and nothing of ours.

Its pipeline and policies are those that Rasa 3.6 takes when config.yml names none, with Jieba for Chinese.
"""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.bench.processes import quiet_environment
from deploy.running import Tell
from deploy.train import NLU, RASA_PYTHON
from deploy.trouble import Trouble, no_rasa_python

CONFIG = """\
recipe: default.v1
assistant_id: stock
language: zh

pipeline:
  - name: JiebaTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: {epochs}
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1

policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: {epochs}
  - name: TEDPolicy
    max_history: 5
    epochs: {epochs}
    constrain_similarities: true
"""
ENDPOINTS = """\
action_endpoint:
  url: http://127.0.0.1:{actions_port}/webhook
"""
# Look-up tables that tell our reader how names sound and where none is: to stock's features they would be noise.
OUR_TABLES = ("sound.yml", "everyday.yml")
EPOCHS = 100  # Rasa's own number
TRAINING_S = 10_800.0


def stock_environment() -> Mapping[str, str]:
    """The environment as anybody has it; only telemetry is off, for nothing may leave the machine."""
    return {**quiet_environment(os.environ), "RASA_TELEMETRY_ENABLED": "false"}


def make_project(folder: Path, epochs: int = EPOCHS) -> Path:
    """Write the project and return its folder. Fewer epochs are for a look at the tables, not for a judgement."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("domain", "data"):
        shutil.copytree(NLU / name, folder / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*OUR_TABLES))
    (folder / "config.yml").write_text(CONFIG.format(epochs=epochs), encoding="utf-8")
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    return folder


def point_at_actions(folder: Path, port: int) -> None:
    """Say where the action server listens."""
    (folder / "endpoints.yml").write_text(ENDPOINTS.format(actions_port=port), encoding="utf-8")


def ensure_stock_model(folder: Path, cache: Path, tell: Tell, epochs: int = EPOCHS) -> Path:
    """The model of the project in `folder`, trained if the cache has none of these files. Raises Trouble."""
    check_rasa()
    wanted = cache / f"stock-{epochs}-{content_hash(folder)[:16]}.tar.gz"
    if not (wanted.exists() and _seconds_file(wanted).exists()):
        tell(f"正在训练对照用的原版 Rasa 模型（{epochs} 轮，只此一次；100 轮要两三个小时）…")
        tell(f"Training the stock model ({epochs} epochs, only once; 100 take two or three hours) …")
        began = time.monotonic()
        _train(folder, wanted)
        _seconds_file(wanted).write_text(f"{time.monotonic() - began:.1f}\n", encoding="utf-8")
        _forget_others(wanted, epochs)
    return wanted


def training_seconds(model: Path) -> float:
    """How long the training of a model in the cache took."""
    return float(_seconds_file(model).read_text(encoding="utf-8"))


def _seconds_file(model: Path) -> Path:
    return model.with_name(f"{model.name.removesuffix('.tar.gz')}.seconds")


def check_rasa() -> None:
    """Raises Trouble when Rasa, or the tokenizer that its Chinese pipeline needs, is not installed."""
    if not RASA_PYTHON.exists():
        raise no_rasa_python(str(RASA_PYTHON))
    found = subprocess.run(
        [RASA_PYTHON, "-c", "from importlib.metadata import version; version('jieba')"],
        capture_output=True,
        check=False,
    )
    if found.returncode:
        raise Trouble(
            "Rasa 的环境里没有 jieba，原版流水线无法分词。请运行 make setup。",
            "Rasa's environment has no jieba, which the stock pipeline needs. Run `make setup`.",
        )


def content_hash(folder: Path) -> str:
    """Of everything the stock model is made from."""
    digest = hashlib.sha256()
    for file in _sources(folder):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    yield folder / "config.yml"
    for name in ("domain", "data"):
        yield from sorted((folder / name).rglob("*.yml"))


def _train(folder: Path, wanted: Path) -> None:
    wanted.parent.mkdir(parents=True, exist_ok=True)
    log = wanted.parent / "train.log"
    command: list[str | Path] = [
        RASA_PYTHON,
        "-m",
        "rasa",
        "train",
        "--domain",
        "domain",
        "--out",
        folder / "models",
        "--fixed-model-name",
        "stock",
    ]
    with log.open("wb") as output:
        status = subprocess.run(
            command, cwd=folder, env=stock_environment(), stdout=output, stderr=output, timeout=TRAINING_S, check=False
        ).returncode
    made = folder / "models" / "stock.tar.gz"
    if status or not made.exists():
        raise Trouble(f"原版模型训练失败，原因见 {log}。", f"Training the stock model failed, see {log}.")
    shutil.move(made, wanted)


def _forget_others(wanted: Path, epochs: int) -> None:
    """Keep one model of a kind: they are large, and older sentences are never measured again."""
    for old in wanted.parent.glob(f"stock-{epochs}-*.tar.gz"):
        if old != wanted:
            old.unlink()
            _seconds_file(old).unlink(missing_ok=True)
