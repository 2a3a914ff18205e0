"""The keys that the settings name."""

from bot.crypto import Keyring
from bot.settings import Settings


def keyring_of(settings: Settings) -> Keyring:
    """The keys given, else those of the file in the folder of the house; made at the first run."""
    if settings.data_keys:
        return Keyring.from_text(settings.data_keys.get_secret_value())
    return Keyring.from_file(settings.var / "data.keys")
