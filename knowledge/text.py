"""Chinese text made comparable: width, case, script; and cut into sentences."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import import_module

_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+|[^。！？!?；;\n]+$")
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")


def normalise(text: str) -> str:
    """Half-width, lower case, simplified Chinese (when OpenCC is installed), single spaces."""
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()
    return _simplifier()(folded) if _HAN.search(folded) else folded


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text in order, each with its closing mark, without empty ones."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    return tuple(sentence for sentence in found if sentence)


def numbers(text: str) -> frozenset[str]:
    """The numbers written in digits, as written (`38.5`, `120`)."""
    return frozenset(_NUMBER.findall(text))


@cache
def _simplifier() -> Callable[[str], str]:
    """OpenCC's traditional-to-simplified function; without OpenCC text stays as it is."""
    try:
        opencc = import_module("opencc")
    except ImportError:
        return str
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
