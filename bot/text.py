"""A person's text before anybody reads it."""

import re
import unicodedata

_KEPT_CONTROLS = "\n\t"
_DROPPED = {"Cc", "Cf", "Cs"}  # controls, invisible format characters, lone surrogates
_STICKER = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]|/:[\w:@!,&~-]{1,8}")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Without NUL, lone surrogates, control and invisible format characters; outer blanks gone."""
    kept = (char for char in text if char in _KEPT_CONTROLS or unicodedata.category(char) not in _DROPPED)
    return "".join(kept).strip()


def for_rasa(text: str, limit: int) -> str:
    """One line that Rasa can't take for a command: no leading `/`, at most `limit` characters."""
    return _SPACE.sub(" ", text).strip().lstrip("/ ")[:limit]


def has_words(text: str) -> bool:
    """Whether there is anything to understand: a letter, a digit or a Chinese character; WeChat writes small stickers
    as [微笑].
    """
    return any(char.isalnum() for char in _STICKER.sub("", text))


def only_asks(text: str) -> bool:
    """Nothing but question marks."""
    return bool(text) and not text.strip("?？ ")
