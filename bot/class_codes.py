"""Invitation codes of classes: easy to read aloud and to type, hard to guess. Pure."""

import re
import secrets
import unicodedata

LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
"""None that is taken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B."""
LENGTH = 8  # 25⁸ = 1.5 · 10¹¹ codes
_CODE = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-–—·]+")


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """A code as somebody typed it: any case, full width, with blanks or dashes. None for what can't be one."""
    code = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:40])).upper()
    return code if _CODE.fullmatch(code) else None
