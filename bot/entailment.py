"""Does a passage say this? A sentence is borne out when it can be made from sentences of one passage by leaving out
and respelling only what never changes the sense. Pure, without a model.

Kept: every word that is not in the short tables of `claim_words`, their order, the condition before an advice,
the advice behind a condition, the exception behind a permission, who is meant and how often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.claim_words import ADDED, DUTY, PEOPLE, PERMITS, STANDS_FOR
from bot.claims import Claim, Source, fold, read_claim, read_source
from bot.omissions import Omissions

_LONGEST = 160
"""Words; a longer sentence is not compared but refused."""
_MOST_CUTS = 12
"""Commas up to which a sentence may be made from several of the passage's."""
_UNSURE = PERMITS | frozenset(("不必", "不用", "不宜", "不一定"))


def borne_out(sentence: str, texts: Sequence[str]) -> bool:
    """Whether one of the texts (each `title。text`) says what the sentence says."""
    claim = read_claim(fold(sentence).rstrip("。;!?"))
    if not claim.words or len(claim.words) > _LONGEST:
        return False
    return any(_said(claim, read_source(text), 0, frozenset()) for text in texts)


def _said(claim: Claim, source: Source, start: int, used: frozenset[int]) -> bool:
    """The words from `start` on, whole or cut at commas, each piece from another sentence of the source."""
    total = len(claim.words)
    if start == total:
        return True
    cuts = [at for at in range(start + 1, total) if claim.item[at] != claim.item[at - 1]]
    for end in (total, *reversed(cuts[:_MOST_CUTS])):
        for one in source.claims:
            if one.number not in used and _derived(claim, start, end, one, source.topic):
                if _said(claim, source, end, used | {one.number}):
                    return True
                break
    return False


def _derived(claim: Claim, start: int, end: int, from_: Claim, topic: tuple[str, ...]) -> bool:
    words = claim.words[start:end]
    if sum(word in from_.at for word in words) * 2 < len(words):
        return False  # the cheap look first
    omissions = Omissions(from_, topic)
    return _Derivation(words, from_, topic, omissions, joined=start > 0, final=end == len(claim.words)).found()


@dataclass(slots=True)
class _Derivation:
    """The search for a way from one claim of the source to some words of a sentence."""

    words: tuple[str, ...]
    claim: Claim
    topic: tuple[str, ...]
    omissions: Omissions
    joined: bool  # other words of the sentence, from another claim, stand before these
    final: bool  # nothing of the sentence follows them
    tried: set[tuple[int, int]] = field(default_factory=set)

    def found(self) -> bool:
        """Whether there is one."""
        return self._from(0, -1)

    def _from(self, i: int, j: int) -> bool:
        """Words before `i` are explained, the last of them by the source's word `j`; explain the rest."""
        if i == len(self.words):
            return self.omissions.may_end(j, final=self.final)
        if (i, j) in self.tried:
            return False
        self.tried.add((i, j))
        for k in range(i, len(self.words)):
            if any(self._step(i, k, j, place) for place in self._places(self.words[k]) if place > j):
                return True
            if not self._addable(self.words[k]):
                return False
        return j >= 0 and all(word in ADDED for word in self.words[i:]) and self.omissions.may_end(j, final=self.final)

    def _places(self, word: str) -> list[int]:
        found = list(self.claim.at.get(word, ()))
        for other in STANDS_FOR.get(word, ()):
            found += self.claim.at.get(other, ())
        return found

    def _step(self, i: int, k: int, j: int, place: int) -> bool:
        """Add the words from `i` to `k`, leave out those from `j` to `place`, follow both sides, and go on."""
        named = any(word in self.topic and word not in ADDED for word in self.words[i:k])
        if not self._may_add(i, k, j, place):
            return False
        if j < 0:
            left_out = self.omissions.may_begin(place, joined=self.joined, named=named)
        else:
            left_out = self.omissions.may_skip(j, place)
        if not left_out:
            return False
        length = self._run(k, place)
        alone = length == 1 and len(self.words[k]) == 1 and len(self.words) > 1
        if alone and not (j >= 0 and self.omissions.free(j + 1, place)):
            return False
        return self._from(k + length, place + length - 1)

    def _run(self, k: int, place: int) -> int:
        """How many words agree from here on."""
        pairs = zip(self.words[k:], self.claim.words[place:], strict=False)
        length = 0
        for said, meant in pairs:
            if said != meant and meant not in STANDS_FOR.get(said, ()):
                break
            length += 1
        return length

    def _addable(self, word: str) -> bool:
        return word in ADDED or word in DUTY or word in ("和", "或") or word in self.topic

    def _may_add(self, i: int, k: int, j: int, place: int) -> bool:
        """Whether the words from `i` to `k` may be added before the source's word at `place`."""
        for word in self.words[i:k]:
            if word in ADDED:
                continue
            if word in DUTY:
                fits = not self._unsure(place) and self.words[i - 1 : i] != ("不",)
            elif word in ("和", "或"):
                fits = j >= 0 and self.claim.part[j] != self.claim.part[place]
            else:
                fits = i == 0 and self._names_topic(k, place)
            if not fits:
                return False
        return True

    def _unsure(self, place: int) -> bool:
        return bool(_UNSURE & self._item_words(place))

    def _names_topic(self, k: int, place: int) -> bool:
        """The subject in front may be the passage's matter, in the title's own words."""
        if place and self.claim.item[place - 1] == self.claim.item[place] and not self.omissions.head_free(place):
            return False
        if self.claim.item[place] and self.claim.words[0] not in self.topic:
            return False  # the sentence of the source is about something else
        said = [word for word in self.words[:k] if word in self.topic]
        joined = "".join(said)
        others = PEOPLE & self._item_words(place) - set(said)
        return len(joined) > 1 and joined in "".join(self.topic) and not others

    def _item_words(self, place: int) -> set[str]:
        here = self.claim.item[place]
        return {word for word, item in zip(self.claim.words, self.claim.item, strict=True) if item == here}
