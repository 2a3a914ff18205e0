"""How Rasa is started: in `nlu/`, on loopback, quiet, with what it needs to reach the house."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from bot.keys import keyring_of
from bot.neighbours import Neighbours
from bot.settings import Settings
from deploy.children import Recipe
from deploy.train import NLU, RASA_ENVIRONMENT, RASA_PYTHON

RASA_PATIENCE_S = 180.0  # a slow machine may need that long to its first answer


def rasa_recipe(settings: Settings, neighbours: Neighbours, model: Path) -> Recipe:
    """The child process `rasa`."""
    address = urlsplit(neighbours.rasa_url)
    command = (
        str(RASA_PYTHON), "serve.py", "--model", str(model.resolve()),
        "--interface", str(address.hostname), "--port", str(address.port),
    )  # fmt: skip
    environment = {
        **RASA_ENVIRONMENT,
        "RASA_AUTH_TOKEN": neighbours.rasa_token,
        "ACTION_ENDPOINT_URL": f"{neighbours.actions_url}/webhook",
        "ACTION_TOKEN": neighbours.actions_token,
        "XINGLIN_TRACKER_URL": f"sqlite:///{(settings.var / 'rasa.sqlite3').resolve()}",
        "XINGLIN_TRACKER_KEY": tracker_key(settings),
    }
    return Recipe("Rasa", command, NLU, environment, settings.var / "logs" / "rasa.log")


def tracker_key(settings: Settings) -> str:
    """Rasa's own key for what it remembers of a conversation, derived from ours: it never sees ours."""
    keyring = keyring_of(settings)
    newest = keyring.keys[keyring.current]
    return base64.b64encode(hashlib.sha256(b"rasa tracker\0" + newest).digest()).decode()
