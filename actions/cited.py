"""Sentences with their citations: which passages they rest on, and whether these really bear them out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.guard import check_sentence
from knowledge.drug_names import DrugBook
from knowledge.retrieval import Hit

_CITATION = re.compile(r"\s*[\[【［](\d{1,2})[\]】］]")
_NOT_CONTENT = re.compile(r"[^\w]|[的了吗呢吧啊也都就和与及在是有这那您我它会要]")
_BORNE_OUT = 0.6  # share of a sentence's character pairs that its passages must contain
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
    """The sentence with its citations renumbered, or None when the passages do not bear it out."""
    named = [int(n) - 1 for n in _CITATION.findall(sentence)]
    words = _CITATION.sub("", sentence).strip()
    rests_on = [n for n in dict.fromkeys(named) if 0 <= n < len(cited.hits)]
    if not words or not rests_on or len(rests_on) < len(set(named)):
        return None
    texts = [f"{cited.hits[n].passage.title}。{cited.hits[n].passage.text}" for n in rests_on]
    if not borne_out(words, texts) or not check_sentence(words, texts, drugs.mentioned).ok:
        return None
    if not _pairs(words) - set().union(*(_pairs(cited.hits[n].passage.title) for n in rests_on)):
        return None  # the heading said again is no answer, and would keep the passage silent
    return words + "".join(f"[{cited.number(n)}]" for n in rests_on)


def borne_out(words: str, texts: Sequence[str]) -> bool:
    """Whether most of a sentence's content stands in the passages."""
    pairs = _pairs(words)
    known = set().union(*(_pairs(text) for text in texts))
    return bool(pairs) and len(pairs & known) / len(pairs) >= _BORNE_OUT


def _pairs(text: str) -> set[str]:
    content = _NOT_CONTENT.sub("", text)
    return {content[i : i + 2] for i in range(len(content) - 1)}


def own_words(hits: Sequence[Hit], cited: Cited) -> Iterator[str]:
    """The best passage as it stands, and the advice that every general text needs."""
    best = hits[0].passage
    yield f"关于“{best.title}”，资料里是这样说的：\n"
    sentences = [part for part in re.split(r"(?<=[。！？；])", best.text) if part]
    for n, sentence in enumerate(sentences, 1):
        yield sentence + (f"[{cited.number(0)}]" if n == len(sentences) else "")
    yield f"\n{CLOSING}"
