"""The red flags: what danger looks like in patients' words, and what is then said.

Data in `data/red_flags.yml` (categories, rules, words said, sources) and `data/red_flag_words.yml` (spelling,
word lists, what does not count). Everything is compiled once by `load_red_flags`; the result is immutable. Behind the
rules stands a second reader, fitted to examples (`danger_model.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from knowledge.danger_model import DangerModel, load_danger_model
from knowledge.red_flag_needs import Need, NeedIndex, alternatives, index_needs, needs
from knowledge.sources import Source, read_source

DATA = Path(__file__).parent / "data"
REACH = 28  # characters; about two clauses
GENERAL_EXCUSES = ("negation", "past", "knowledge", "fiction", "hypothetical")

_CJK = "\u3400-\u9fff"
_NUMBER = "[\\d一二三四五六七八九十几两半百]{1,4}"
_TEN_OR_MORE = (
    "(?:[1-9]\\d{1,3}|[二两三四五六七八九]?十[一二三四五六七八九几]?|[一二三几两]?百[一二三四五六七八九十]*|几十|十几)"
)
# Steps over anything of the same clause except a denial; the listed words contain 不/没 without denying.
_STEP = "(?:不停|不断|不知|不得了|不自觉|不小心|没多久|没一会|没几分钟|不久|[^。，、不没无冇未])"
_NOT_DENIED = "(?<!没)(?<!没有)(?<!无)(?<!不)(?<!未)(?<!冇)"
_GAPS = {
    "g": f"{_STEP}{{0,6}}",
    "G": f"[^。]{{0,16}}{_NOT_DENIED}",
    "s": "[^。]{0,6}",
    "far": f"[\\s\\S]{{0,40}}{_NOT_DENIED}",
    "n": _NUMBER,
    "n10": _TEN_OR_MORE,
}


class BadRedFlagsError(ValueError):
    """The red flag data name something that does not exist, or hold a pattern that cannot be compiled."""


class Action(StrEnum):
    """What the person must do first."""

    CALL_120 = "call_120"
    GO_TO_EMERGENCY = "go_emergency"
    CRISIS_LINE = "crisis_line"  # 12356
    CALL_110 = "call_110"


class Scope(StrEnum):
    """Where a rule's own excuse is looked for."""

    SENTENCE = "sentence"  # anywhere in the sentence of the match
    NEAR = "near"  # right before the match, inside its clause
    QUESTION = "knowledge_soft"  # in the sentence, and nobody is said to suffer


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of danger and the words said to it."""

    id: str
    name: str  # Chinese, for the nurse's desk
    action: Action
    say: str  # Chinese, the whole reply
    source: Source


@dataclass(frozen=True, slots=True)
class Excuse:
    """A rule's own reason not to count."""

    scope: Scope
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one category is known by, over text read by `Spelling`: a pattern, or concepts in any order."""

    category: Category
    parts: tuple[re.Pattern[str], ...]  # all must be found, in whatever order; a plain pattern is one part
    reach: int  # characters that may lie between the first part and each other one
    needs: tuple[Need, ...]  # without these the parts cannot all be found
    heeds: frozenset[str]  # general excuses it accepts
    excuses: tuple[Excuse, ...]
    disease: bool  # only names an illness: somebody must be said to suffer


@dataclass(frozen=True, slots=True)
class Spelling:
    """From characters as typed to the characters our patterns know."""

    characters: Mapping[int, str]  # for str.translate: full → half width, traditional → simplified
    wrong_words: re.Pattern[str]
    right_words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RedFlags:
    """All rules, most urgent category first, with the patterns that say what does not count."""

    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    index: NeedIndex
    spelling: Spelling
    idioms: re.Pattern[str]
    excuse: Mapping[str, re.Pattern[str]]
    reader: DangerModel | None  # the second reader; None while it is being fitted


def load_red_flags(folder: Path = DATA) -> RedFlags:
    """Rules and second reader. Raises BadRedFlagsError, BadDataError, or BadSourceError for a citation with a gap."""
    return replace(load_rules(folder), reader=load_danger_model(folder))


def load_rules(folder: Path = DATA) -> RedFlags:
    """Read and compile both files, without the second reader. Raises as `load_red_flags` does."""
    rules, words = (
        yaml.safe_load((folder / name).read_text("utf-8")) for name in ("red_flags.yml", "red_flag_words.yml")
    )
    lists = _word_lists(words)
    categories = tuple(_category(raw) for raw in rules["categories"])
    special = {name: _special(raw, lists) for name, raw in rules["special"].items()}
    built = [
        rule
        for category, raw in zip(categories, rules["categories"], strict=True)
        for rule in _category_rules(raw, category, lists, special)
    ]
    return RedFlags(
        categories,
        tuple(built),
        index_needs([rule.needs for rule in built]),
        _spelling(words["spelling"]),
        _compile("|".join(words["excuses"]["idioms"]), lists),
        {name: _compile(text, lists) for name, text in words["excuses"].items() if name != "idioms"},
        None,
    )


def _category(raw: Mapping[str, Any]) -> Category:
    action = Action(raw["action"])
    return Category(raw["id"], raw["name"], action, raw["say"].strip(), read_source(raw["source"]))


def _category_rules(
    raw: Mapping[str, Any], category: Category, lists: Mapping[str, str], special: Mapping[str, Excuse]
) -> list[Rule]:
    patterns = [rule for each in raw["rules"] for rule in _rules(each, category, lists, special)]
    return patterns + [_together(each, category, lists, special) for each in raw.get("together", ())]


def _rules(
    raw: Mapping[str, Any], category: Category, lists: Mapping[str, str], special: Mapping[str, Excuse]
) -> list[Rule]:
    """Make one rule of each outermost alternative: each has needs of its own."""
    heeds, excuses = _heeds(raw, category, special)
    disease = bool(raw.get("disease"))
    return [
        Rule(category, (_compile_plain(each),), 0, needs(each), heeds, excuses, disease)
        for each in alternatives(_expand(raw["match"], lists))
    ]


def _together(
    raw: Mapping[str, Any], category: Category, lists: Mapping[str, str], special: Mapping[str, Excuse]
) -> Rule:
    """Make the rule for concepts that mean danger when they stand together."""
    heeds, excuses = _heeds(raw, category, special)
    concepts = [f"(?:{_expand(each, lists)})" for each in raw["all"]]
    wanted = tuple(need for each in concepts for need in needs(each))
    parts = tuple(_compile_plain(each) for each in concepts)
    return Rule(category, parts, int(raw.get("reach", REACH)), wanted, heeds, excuses, disease=False)


def _heeds(
    raw: Mapping[str, Any], category: Category, special: Mapping[str, Excuse]
) -> tuple[frozenset[str], tuple[Excuse, ...]]:
    heeds = frozenset(raw.get("heeds", GENERAL_EXCUSES)) | set(raw.get("also", ()))
    own = heeds - set(GENERAL_EXCUSES) - {"knowledge_soft"}
    if unknown := own - set(special):
        raise BadRedFlagsError(f"{category.id}: unknown excuses {sorted(unknown)}")
    return heeds, tuple(special[name] for name in sorted(own))


def _special(raw: Mapping[str, str], lists: Mapping[str, str]) -> Excuse:
    return Excuse(Scope(raw["in"]), _compile(raw["match"], lists))


def _spelling(raw: Mapping[str, Any]) -> Spelling:
    traditional, simplified = raw["traditional"], raw["simplified"]
    if len(traditional) != len(simplified):
        raise BadRedFlagsError("spelling: traditional and simplified differ in length")
    half_width = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
    characters = half_width | {ord(one): other for one, other in zip(traditional, simplified, strict=True)}
    respelled = {**raw["respell"], **raw["dialect"]}
    wrong = {str(key).lower(): str(value) for key, value in respelled.items()}
    longest_first = sorted(wrong, key=len, reverse=True)
    return Spelling(characters, re.compile("|".join(map(re.escape, longest_first))), wrong)


def _word_lists(words: Mapping[str, Any]) -> dict[str, str]:
    """Every list by its name; concepts may be built on the plain lists."""
    lists = {name: _any_of(each) for name, each in words["words"].items()} | _GAPS
    for name, concept in words["concepts"].items():
        lists[name] = _expand(_any_of(concept["words"].split()), lists)
    return lists


def _any_of(words: list[object]) -> str:
    """Alternation, longest first, so that 晕倒了 is not cut to 晕."""
    return "|".join(sorted({str(word) for word in words}, key=lambda word: (-len(word), word)))


def _expand(template: str, lists: Mapping[str, str]) -> str:
    try:
        return re.sub(r"\{([A-Za-z_]\w*)\}", lambda hit: f"(?:{lists[hit[1]]})", template)
    except KeyError as error:
        raise BadRedFlagsError(f"no word list {error} in {template[:80]!r}") from error


def _compile(template: str, lists: Mapping[str, str]) -> re.Pattern[str]:
    return _compile_plain(_expand(template, lists))


def _compile_plain(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(_with_spaces(pattern))
    except re.error as error:
        raise BadRedFlagsError(f"{error} in {pattern[:80]!r}") from error


def _with_spaces(pattern: str) -> str:
    """Let one space stand between two Chinese characters: transcripts write 胸口 痛."""
    tokens = rf"\[[^\]]*\]|\(\?<?[=!][^()]*\)|[{_CJK}](?=[{_CJK}])"
    return re.sub(tokens, lambda hit: hit[0] + " ?" if len(hit[0]) == 1 else hit[0], pattern)
