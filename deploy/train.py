"""Trains the Rasa model when the files it is made from have changed, and never otherwise."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.settings import ROOT
from deploy.trouble import no_rasa_python, training_failed

NLU = ROOT / "nlu"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
SOURCES = ("config.yml", "domain", "data", "components")
KEPT_MODELS = 3
RASA_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",  # the same files make the same model
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


def model_path(models: Path) -> Path:
    """Where the model of the present files lies, or will lie."""
    return models / f"xinglin-{content_hash()[:16]}.tar.gz"


def content_hash() -> str:
    """Of everything that the model is made from, and of the environment that makes it."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "uv.lock"
    for name in SOURCES:
        place = NLU / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (file for file in files if file.suffix in {".yml", ".py"})


def ensure_model(models: Path, tell: Callable[[str], None]) -> Path:
    """The model of the present files, trained if there is none. Raises Trouble."""
    wanted = model_path(models)
    if not wanted.exists():
        tell("对话模型有更新，正在训练（约一分钟）… · training the dialogue model (about a minute) …")
        _train(wanted)
        _forget_old(models)
    return wanted


def _train(wanted: Path) -> None:
    if not RASA_PYTHON.exists():
        raise no_rasa_python(str(RASA_PYTHON))
    wanted.parent.mkdir(parents=True, exist_ok=True)
    log = wanted.parent / "train.log"
    half_done = wanted.with_name("training.tar.gz")
    half_done.unlink(missing_ok=True)
    command = (
        str(RASA_PYTHON), "-m", "rasa", "train", "--domain", "domain", "--data", "data", "--config", "config.yml",
        "--out", str(wanted.parent.resolve()), "--fixed-model-name", "training",
    )  # fmt: skip
    with log.open("wb") as output:
        status = subprocess.run(
            command, cwd=NLU, env={**os.environ, **RASA_ENVIRONMENT}, stdout=output, stderr=output, check=False
        ).returncode
    if status or not half_done.exists():
        raise training_failed(str(log))
    half_done.rename(wanted)


def _forget_old(models: Path) -> None:
    newest_first = sorted(models.glob("xinglin-*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in newest_first[KEPT_MODELS:]:
        old.unlink()
