"""Screening: are these words an emergency? Pure, no server, before everything else.

`screen` reads the words as patients write them (see `plain_words.py`), finds the first rule of the
most urgent category that matches (a pattern, or concepts that stand together in any order) and is not
excused: denied, long past, a question of knowledge, fiction, a mere fear, an idiom. When it stays unclear
whether somebody suffers, it flags. Where no rule speaks, the second reader is asked (`knowledge.danger_model`):
do these words resemble our examples of danger? What is denied or fiction is excused here too.
And where it is as good as certain that a message is harmless, rules are not believed (in terse ones only those that
want mere concepts to stand together), unless they speak of suicide or numbers. Where both see danger, the reader, who
weighs all words, says which; but never talks away from a suicide or a life without breath.
"""

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.messages import Kind, Source
from bot.plain_words import plain, without_idioms
from knowledge.red_flags import Action, Category, RedFlags, Rule, Scope

_Span = tuple[int, int]  # where some words start and end

_CLAUSE_ENDS = "，。"
_PIECE = 150  # characters; longer sentences are screened piece by piece
_OVERLAP = 60  # characters of what follows that a pattern may reach into
_EVIDENCE = 60  # characters shown of it
_LEAST = 4  # characters; “没了”, “我走了” answer some question
_SHORT, _SURE = 8, 1.0  # of a few characters (我也不知道) the reader must be surer
_TERSE = 14  # characters; of so few, a pattern knows more than the reader
# A phone, a card, a number of the hospital: no value of a body has so many digits, yet their pairs look like some.
_NAMES_SOMETHING = re.compile(r"\d{7,}")
CRISIS = frozenset({"self_harm_now", "suicidal"})
_UNDOUBTED = CRISIS | {"child_fever", "hypoglycaemia"}  # ages and values: rules can count, the reader cannot
_OUTRANKING = CRISIS | {"unconscious"}
_CHOKING = "choking"  # a blue face looks lifeless, but what it needs is the Heimlich manoeuvre
_READER_HEEDS = ("negation", "fiction")  # what is past, feared or mere knowledge it has learnt from its examples


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One danger found, with what is said to it."""

    category: str
    label: str  # the category's Chinese name, for the nurse's desk
    action: Action
    evidence: str  # the words that made us think so, as read (simplified, half width)
    reply_text: str
    source: Source
    kind: Kind = Kind.RED_FLAG


def screen(text: str, flags: RedFlags) -> RedFlag | None:
    """Return the most urgent danger in `text`, or None. Time linear in its length."""
    words = plain(text, flags)
    found, heard = _by_rules(words, flags), _by_reader(words, flags)
    if found is None:
        return heard
    if heard is None:
        doubted = found.category not in _UNDOUBTED and _doubted(words, flags)
        if doubted and len(words) < _TERSE:
            return _by_rules(words, flags, loose=False)
        return None if doubted else found
    return found if found.category in _OUTRANKING and heard.category != _CHOKING else heard


def _by_rules(words: str, flags: RedFlags, loose: bool = True) -> RedFlag | None:
    """`loose`: rules that only want concepts to stand together count too."""
    windows = list(_windows(words))
    tries = sorted((rule, at) for at, each in enumerate(windows) for rule in flags.index.candidates(each.words))
    cleaned: dict[int, _Window] = {}
    for number, at in tries:
        if at not in cleaned:
            cleaned[at] = windows[at].without_idioms(flags)
        window = cleaned[at]
        rule = flags.rules[number]
        if len(rule.parts) > 1 and not loose:
            continue
        for start, end in _found(rule, window.words, flags):
            if start < window.first:
                return _flag(rule.category, window.words[start:end])
    return None


def _by_reader(words: str, flags: RedFlags) -> RedFlag | None:
    words = _NAMES_SOMETHING.sub("", words)
    if flags.reader is None or len(words) < _LEAST:
        return None
    words = without_idioms(words, flags)
    kinds = {kind.id: kind for kind in flags.categories}
    sure = _SURE if len(words) < _SHORT else -math.inf
    for found in flags.reader.suspicions(words):
        if found.strength < sure:
            break
        kind, hit = kinds[found.category], (found.start, found.end)
        denied = flags.excuse["part_denied"].match(words, hit[0])  # 胸口不疼
        sentence = _Sentence.around(hit, words)
        over = flags.excuse["over"].search(sentence.whole)
        if not (denied or over or _generally_excused(sentence, _READER_HEEDS, flags)):
            return _flag(kind, _whole_clauses(hit, words))
    return None


def _doubted(words: str, flags: RedFlags) -> bool:
    reader = flags.reader
    return reader is not None and reader.strongest(without_idioms(words, flags))[0] < reader.doubted


def _whole_clauses(hit: _Span, words: str) -> str:
    """The clauses that a hit touches: half a word tells a nurse nothing."""
    start = max(words.rfind(mark, 0, hit[0]) for mark in _CLAUSE_ENDS) + 1
    ends = (words.find(mark, hit[1]) for mark in _CLAUSE_ENDS)
    return words[start : min((end for end in ends if end >= 0), default=len(words))][:_EVIDENCE]


@dataclass(frozen=True, slots=True)
class _Window:
    """A sentence with the one behind it: danger may be told in two."""

    words: str
    first: int  # length of the first sentence: matches begin in it

    def without_idioms(self, flags: RedFlags) -> "_Window":
        head, tail = self.words[: self.first], self.words[self.first :]
        clean = without_idioms(head, flags)
        return _Window(clean + without_idioms(tail, flags), len(clean))


def _windows(words: str) -> Iterator[_Window]:
    """Cut into sentences; an endless one (speech without stops) into pieces that overlap."""
    sentences = [piece for sentence in words.split("。") for piece in _pieces(sentence)]
    for at, (sentence, ahead) in enumerate(sentences):
        following = ahead or (sentences[at + 1][0][:_OVERLAP] if at + 1 < len(sentences) else "")
        if sentence:
            yield _Window(f"{sentence}{'' if ahead else '。'}{following}", len(sentence))


def _pieces(sentence: str) -> list[tuple[str, str]]:
    """Return (piece, what follows it in the same sentence) pairs."""
    starts = range(0, max(1, len(sentence)), _PIECE)
    return [(sentence[at : at + _PIECE], sentence[at + _PIECE : at + _PIECE + _OVERLAP]) for at in starts]


def _flag(kind: Category, evidence: str) -> RedFlag:
    source = Source(kind.source.title, kind.source.publisher, kind.source.reviewed.isoformat())
    return RedFlag(kind.id, kind.name, kind.action, evidence.strip(), kind.say, source)


def _found(rule: Rule, words: str, flags: RedFlags) -> Iterator[_Span]:
    """Yield where the rule matches and nothing excuses it."""
    hits = [[hit.span() for hit in part.finditer(words)] for part in rule.parts]
    if not all(hits):
        return
    counted = ([span for span in each if not _excused(span, words, rule, flags)] for each in hits)
    if len(hits) == 1:
        yield from next(counted)
        return
    for span in _together(list(counted), rule.reach):
        if not _excused(span, words, rule, flags):
            yield span


def _together(hits: list[list[_Span]], reach: int) -> Iterator[_Span]:
    """Yield the stretch from the first to the last part, for each place of the first part near all others."""
    for anchor in hits[0]:
        chosen = [anchor]
        for each in hits[1:]:
            if (span := _nearest(chosen, each, reach)) is None:
                break
            chosen.append(span)
        else:
            yield min(span[0] for span in chosen), max(span[1] for span in chosen)


def _nearest(chosen: list[_Span], spans: list[_Span], reach: int) -> _Span | None:
    """Return the span closest to the first of `chosen` that shares no character with any, or None if too far."""
    free = [span for span in spans if all(_gap(other, span) >= 0 for other in chosen)]
    nearest = min(free, key=lambda span: _gap(chosen[0], span), default=None)
    return nearest if nearest and _gap(chosen[0], nearest) <= reach else None


def _gap(one: _Span, other: _Span) -> int:
    """Count the characters between two stretches; negative when they overlap."""
    return max(other[0] - one[1], one[0] - other[1])


def _excused(hit: _Span, words: str, rule: Rule, flags: RedFlags) -> bool:
    sentence = _Sentence.around(hit, words)
    suffers = _suffers(sentence, flags)
    if (rule.disease and not suffers) or _generally_excused(sentence, rule.heeds, flags):
        return True
    return any(_own_excuse(excuse.scope, excuse.pattern, sentence, suffers) for excuse in rule.excuses)


def _generally_excused(sentence: "_Sentence", heeds: Collection[str], flags: RedFlags) -> bool:
    suffers = _suffers(sentence, flags)
    return any(_EXCUSES[name](sentence, suffers, flags) for name in _EXCUSES if name in heeds)


def _suffers(sentence: "_Sentence", flags: RedFlags) -> bool:
    return flags.excuse["sufferer"].search(sentence.whole) is not None


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The sentence of a match, cut where the checks look."""

    whole: str
    hit: str
    before: str  # of the sentence, up to the match
    clause_before: str  # of the clause, up to the match
    after: str  # of the sentence, behind the match

    @classmethod
    def around(cls, hit: _Span, words: str) -> "_Sentence":
        start = words.rfind("。", 0, hit[0]) + 1
        end = words.find("。", hit[1])
        end = len(words) if end < 0 else end
        before = words[start : hit[0]]
        clause = before[max(before.rfind(mark) for mark in _CLAUSE_ENDS) + 1 :]
        return cls(words[start:end], words[slice(*hit)], before, clause, words[hit[1] : end])


def _denied(sentence: _Sentence, _suffers: bool, flags: RedFlags) -> bool:
    return bool(
        flags.excuse["negation_before"].search(sentence.clause_before)
        or flags.excuse["negation_after"].match(sentence.after)
    )


def _past(sentence: _Sentence, _suffers: bool, flags: RedFlags) -> bool:
    if flags.excuse["now"].search(sentence.whole):
        return False
    before, after = flags.excuse["past_before"], flags.excuse["past_after"]
    return bool(before.search(sentence.before + sentence.hit) or after.match(sentence.after))


def _knowledge(sentence: _Sentence, suffers: bool, flags: RedFlags) -> bool:
    return not suffers and flags.excuse["knowledge"].search(sentence.whole) is not None


def _knowledge_soft(sentence: _Sentence, _suffers: bool, flags: RedFlags) -> bool:
    return flags.excuse["knowledge_soft"].search(sentence.whole) is not None


def _fiction(sentence: _Sentence, _suffers: bool, flags: RedFlags) -> bool:
    return flags.excuse["fiction"].search(sentence.before) is not None


def _hypothetical(sentence: _Sentence, _suffers: bool, flags: RedFlags) -> bool:
    if flags.excuse["hypothetical_live"].search(sentence.whole):
        return False
    before, inside = flags.excuse["hypothetical_before"], flags.excuse["hypothetical_inside"]
    return bool(before.search(sentence.clause_before) or inside.search(sentence.hit))


_EXCUSES = {
    "negation": _denied,
    "past": _past,
    "knowledge": _knowledge,
    "knowledge_soft": _knowledge_soft,
    "fiction": _fiction,
    "hypothetical": _hypothetical,
}


def _own_excuse(scope: Scope, pattern: re.Pattern[str], sentence: _Sentence, suffers: bool) -> bool:
    if scope is Scope.NEAR:
        return pattern.search(sentence.clause_before) is not None
    if scope is Scope.QUESTION and suffers:
        return False
    return pattern.search(sentence.whole) is not None
