"""Sentences with their citations: which passages they rest on, and whether these really bear them out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.guard import check_sentence
from knowledge.drug_names import DrugBook
from knowledge.retrieval import Hit

_CITATION = re.compile(r"\s*[\[【［](\d{1,2})[\]】］]")
_MARKS = re.compile(r"^\s*(?:[#>|]+\s*|[-+•]\s+|\d{1,2}[.、]\s+)+|\*{1,3}|~~|`+|\|", re.MULTILINE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LINKED = re.compile(r"[<>]|\]\(|!\[|https?:|www\.", re.IGNORECASE)
CLOSING = "这些是资料里的一般说法，不能代替医生面诊；情况加重或拿不准，请及时就医。"


@dataclass(slots=True)
class Cited:
    """Numbers the passages in the order in which they are first cited."""

    hits: Sequence[Hit]
    order: list[int] = field(default_factory=list)

    def number(self, hit: int) -> int:
        """The number shown for a passage (its index among the hits)."""
        if hit not in self.order:
            self.order.append(hit)
        return self.order.index(hit) + 1

    def sources(self, *, excerpts: bool) -> list[dict[str, str]]:
        """What was cited, in the order shown; without excerpts where the answer itself is the passage."""
        found = [self.hits[hit].passage for hit in self.order]
        return [
            {
                "title": one.source.title, "publisher": one.source.publisher,
                "reviewed": one.source.reviewed.isoformat(), "excerpt": one.text if excerpts else "",
            }
            for one in found
        ]  # fmt: skip


def cited_sentence(sentence: str, cited: Cited, drugs: DrugBook) -> str | None:
    """The sentence with its citations renumbered, or None when the passages do not bear it out.

    A sentence without a citation gets that of the passage which bears it out: small models forget it. One that cites
    what was not given, or the wrong passage, is not believed.
    """
    named = [int(n) - 1 for n in _CITATION.findall(sentence)]
    words = _undressed(without_citations(sentence))
    rests_on = [n for n in dict.fromkeys(named) if 0 <= n < len(cited.hits)]
    if not words or _LINKED.search(words) or len(rests_on) < len(set(named)):
        return None
    if not named:
        rests_on = [n for n in range(len(cited.hits)) if _borne_out(words, [n], cited, drugs)][:1]
    if not rests_on or not _borne_out(words, rests_on, cited, drugs):
        return None
    return words + "".join(f"[{cited.number(n)}]" for n in rests_on)


def _borne_out(words: str, rests_on: Sequence[int], cited: Cited, drugs: DrugBook) -> bool:
    texts = [f"{cited.hits[n].passage.title}。{cited.hits[n].passage.text}" for n in rests_on]
    return check_sentence(words, texts, drugs.mentioned).ok


def without_citations(text: str) -> str:
    """The words alone."""
    return _CITATION.sub("", text)


def _undressed(words: str) -> str:
    """Without the marks of Markdown and without invisible characters, which models add and no patient needs."""
    return _MARKS.sub("", _INVISIBLE.sub("", words)).strip()


def own_words(hits: Sequence[Hit], cited: Cited) -> Iterator[str]:
    """The best passage as it stands, and the advice that every general text needs."""
    best = hits[0].passage
    yield f"关于“{best.title}”，资料里是这样说的：\n"
    sentences = [part for part in re.split(r"(?<=[。！？；])", best.text) if part]
    for n, sentence in enumerate(sentences, 1):
        yield sentence + (f"[{cited.number(0)}]" if n == len(sentences) else "")
    yield f"\n{CLOSING}"
