"""Refusals: do these words ask us for what we must not do? Pure, no model.

`refuse` reads one sentence after the other and finds the gravest kind of request that we decline: a prescription, a
changed dose, a verdict, a promise, somebody else's data. Rules come first; what they have no words for, a second reader
hears by its likeness to our examples. A question of knowledge is never such a request.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Source
from bot.text import clean
from knowledge.refusals import Kind, Offer, Refusals, Rule
from knowledge.text import normalise

_CJK = "\u3400-\u9fff"
_SENTENCE_END = re.compile(r"[。!?;…\n]+|(?<!\d)\.(?=\s|$)")
_PIECE = 120  # characters; an endless sentence is read piece by piece
_OVERLAP = 40  # characters that two pieces share, so that nothing is cut apart
_TORN = re.compile(rf"(?<=[{_CJK}])[\s.·*_~\-]{{1,2}}(?=[{_CJK}])")  # 开 药, 开.药
_LONG_ENOUGH = re.compile(rf"(?:[{_CJK}][^{_CJK}]*){{7}}|[a-z]{{3,}}(?: [a-z']+){{3}}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that we decline, with what is said to it."""

    kind: str
    say: str
    source: Source | None  # the rule we follow; None where the house itself says no
    offers: tuple[Offer, ...]  # what we can do instead
    evidence: str  # the words that made us think so, as read (simplified, half width)


def refuse(text: str, rules: Refusals) -> Refusal | None:
    """Return the gravest request in `text` that must be declined, or None. Time linear in its length."""
    sentences = list(_sentences(text))
    return _by_rule(sentences, rules) or _by_likeness(sentences, rules)


def _by_rule(sentences: Sequence[str], rules: Refusals) -> Refusal | None:
    tries = sorted((rule, at) for at, each in enumerate(sentences) for rule in rules.index.candidates(each))
    for number, at in tries:
        rule = rules.rules[number]
        if evidence := _evidence(rule, sentences[at]):
            return _refusal(rule.kind, evidence)
    return None


def _by_likeness(sentences: Sequence[str], rules: Refusals) -> Refusal | None:
    """What no rule has words for. Too few words say too little, a story says too much."""
    words = ",".join(filter(None, sentences))
    if len(words) > _PIECE or not _LONG_ENOUGH.search(words) or rules.ordinary.search(words):
        return None
    likeliest, likeness = rules.reader.likeliest(words)
    kind = next(each for each in rules.kinds if each.id == likeliest)
    return _refusal(kind, words) if likeness >= kind.enough and kind.about.search(words) else None


def _sentences(text: str) -> Iterator[str]:
    """One spelling; one sentence after the other, an endless one in pieces that overlap."""
    lines = "。".join(clean(text).splitlines())
    for sentence in _SENTENCE_END.split(_TORN.sub("", normalise(lines))):
        for start in range(0, max(1, len(sentence) - _OVERLAP), _PIECE - _OVERLAP):
            yield sentence[start : start + _PIECE]


def _evidence(rule: Rule, sentence: str) -> str:
    """The words from the first to the last part of the rule; empty when it does not hold."""
    hits = [part.search(sentence) for part in rule.parts]
    found = [hit for hit in hits if hit]
    if len(found) < len(hits) or (rule.unless and rule.unless.search(sentence)):
        return ""
    return sentence[min(hit.start() for hit in found) : max(hit.end() for hit in found)]


def _refusal(kind: Kind, evidence: str) -> Refusal:
    source = kind.source
    cited = Source(source.title, source.publisher, source.reviewed.isoformat()) if source else None
    return Refusal(kind.id, kind.say, cited, kind.offers, evidence)
