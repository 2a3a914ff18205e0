"""One spelling for text typed in many: half-width, lower case, simplified characters.

The folded text is as long as the original, so a position found in one holds in the other.
"""

from __future__ import annotations

import re
import unicodedata

import opencc

# The house sends at most 500 characters; whoever calls Rasa directly gets no more read than that.
LONGEST_TEXT = 500

# Pictures stay: 👍 alone is an answer.
_PUNCTUATION = re.compile(r"[^\w\u2600-\u27bf\U0001f300-\U0001faff]+")
_DIGITS = re.compile(r"\d+")

# Courtesy around a question is not the question; alone it stays what it is.
_COURTESY_BEFORE = re.compile(r"^(?:(?:医生|大夫|护士)?[您你]好啊?|请问一?下?|打扰一下| )+(?=.{3})")
_COURTESY_AFTER = re.compile(r"(?<=.{4}) ?(?:谢谢|多谢)[你您]?了?啊?$")


_SIMPLIFIED = opencc.OpenCC("t2s")


class _Folds(dict[int, str]):
    """Table for `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).lower()
        self[code] = self._simple(folded) if len(folded) == 1 else char
        return self[code]

    def _simple(self, char: str) -> str:
        simple = char if char.isascii() or _is_half(char) else _SIMPLIFIED.convert(char)
        return simple if len(simple) == 1 else char


def _is_half(char: str) -> bool:
    """Whether this is half of a character that a broken sender has torn apart."""
    return unicodedata.category(char) == "Cs"


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Return the text half-width and lower-case, of the same length."""
    return text.translate(_FOLDS)


def plain(folded: str) -> str:
    """Return the words alone: punctuation becomes one space, a number one zero, courtesy around them goes."""
    words = _DIGITS.sub("0", _PUNCTUATION.sub(" ", folded)).strip()
    return _COURTESY_AFTER.sub("", _COURTESY_BEFORE.sub("", words))
