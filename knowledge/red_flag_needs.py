"""What a pattern cannot match without: pairs of characters that must stand in the text.

Hundreds of patterns on a long message would cost tens of milliseconds. From each pattern we read, once, the
pairs of characters of which it needs at least one; a text without them need not be searched. Only the part of
the regular expression language that our data use is understood; what is not understood demands nothing, so a
mistake here can cost time but never a match.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Need = frozenset[str]  # at least one of these strings (one or two characters) must stand in the text

_TOKENS = re.compile(r"\\.|\[\^?[^\]]*\]|\((?:\?(?:[:=!]|<[=!]))?|\)|\||\{\d*,?\d*\}|[?*+]|.", re.DOTALL)
_OPTIONAL = re.compile(r"[?*]|\{0?,\d*\}|\{0\}")
_NO_LITERAL = frozenset(".^$ ")


def alternatives(pattern: str) -> list[str]:
    """Split `pattern` at its outermost bars."""
    parts, depth = [""], 0
    for token in _TOKENS.findall(pattern):
        depth += token.startswith("(") - (token == ")")
        if token == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def needs(pattern: str) -> tuple[Need, ...]:
    """Return what one alternative of a pattern needs; all of it must be met. Empty: nothing is known."""
    return tuple(_Reader(_TOKENS.findall(pattern)).sequence())


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    at: int = 0

    def sequence(self) -> list[Need]:
        """Read pieces until a bar or a closing bracket."""
        found: list[Need] = []
        run = ""
        while self.at < len(self.tokens) and self.tokens[self.at] not in ("|", ")"):
            literal, need = self._piece()
            optional = self._skip_quantifier()
            if literal and not optional:
                run += literal
                continue
            found += _of_run(run)
            run = ""
            if need and not optional:
                found.append(need)
        return found + _of_run(run)

    def _piece(self) -> tuple[str, Need | None]:
        """Read one piece: a literal character, or something with a need of its own."""
        token = self.tokens[self.at]
        self.at += 1
        if token.startswith("("):
            need = self._group()
            return "", need if token in ("(", "(?:") else None
        plain = len(token) == 1 and token not in _NO_LITERAL
        return (token, None) if plain else ("", None)

    def _group(self) -> Need | None:
        branches = [_best(self.sequence())]
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            branches.append(_best(self.sequence()))
        self.at += 1  # the closing bracket
        known = [branch for branch in branches if branch is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None

    def _skip_quantifier(self) -> bool:
        """Step over a quantifier; tell whether it allows zero times."""
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        if token not in ("?", "*", "+") and not re.fullmatch(r"\{\d*,?\d*\}", token):
            return False
        self.at += 1
        return bool(_OPTIONAL.fullmatch(token))


def _of_run(run: str) -> list[Need]:
    if not run:
        return []
    return [frozenset({run[i : i + 2]}) for i in range(max(1, len(run) - 1))]


def _best(found: list[Need]) -> Need | None:
    """Pick the most telling need: pairs before single characters, few before many."""
    if not found:
        return None
    return min(found, key=lambda need: (any(len(gram) < 2 for gram in need), len(need)))


@dataclass(frozen=True, slots=True)
class NeedIndex:
    """Finds the patterns worth trying on a text, by its characters and pairs of them."""

    bits: Mapping[str, int]  # one or two characters → the needs they meet, one bit each
    asking: Mapping[str, frozenset[int]]  # the same → the patterns for which it is the most telling need
    wanted: tuple[int, ...]  # per pattern: the bits of all its needs
    always: frozenset[int]  # patterns without a known need

    def candidates(self, text: str) -> list[int]:
        """Return the numbers of the patterns whose needs `text` meets, ascending."""
        known = self.bits.keys() & {*text, *map(str.__add__, text, text[1:])}
        if not known:
            return sorted(self.always)
        met, asked = 0, set(self.always)
        for gram in known:
            met |= self.bits[gram]
            asked |= self.asking.get(gram, frozenset())
        return sorted(each for each in asked if self.wanted[each] & met == self.wanted[each])


def index_needs(patterns: Sequence[Sequence[Need]]) -> NeedIndex:
    """Build the index over the needs of all patterns, in their order."""
    number = {need: 1 << at for at, need in enumerate(dict.fromkeys(n for each in patterns for n in each))}
    bits: dict[str, int] = {}
    for need, bit in number.items():
        for gram in need:
            bits[gram] = bits.get(gram, 0) | bit
    asking: dict[str, set[int]] = {}
    for at, each in enumerate(patterns):
        for gram in _best(list(each)) or ():
            asking.setdefault(gram, set()).add(at)
    wanted = tuple(sum({number[need] for need in each}) for each in patterns)
    always = frozenset(at for at, each in enumerate(patterns) if not each)
    return NeedIndex(bits, {gram: frozenset(them) for gram, them in asking.items()}, wanted, always)
