"""What of a claim may be left out: a member of a list, one advice of several, never the condition. Pure."""

from dataclasses import dataclass

from bot.claim_words import BINDS, CARE, LEFT_OUT, NEGATIVE, PEOPLE, PERMITS
from bot.claims import Claim

_SHARED = BINDS | CARE | frozenset(word for word in NEGATIVE if len(word) > 1) | {"多数", "容易", "可能"}
"""Words by which what all parts of a list share begins, fused with the last part."""
_GOVERNS = NEGATIVE | PERMITS | frozenset(("少", "多", "要", "含", "或", "和", "如"))
"""Words in a list's first part that may govern all of it."""
_FORBIDS = frozenset(("不", "不要", "不能", "不用"))
"""Words by which a part of a list forbids for itself."""
_SPEAKS_OF_ALL = NEGATIVE | PERMITS | frozenset(("要", "必须", "先", "问"))
"""Words in a list's last part that may speak of all of it."""


@dataclass(frozen=True, slots=True)
class Omissions:
    """Judges the gaps of one claim of a source. Places are those of its words; -1 stands before the first."""

    claim: Claim
    topic: tuple[str, ...]

    def may_begin(self, place: int, *, joined: bool, named: bool) -> bool:
        """Whether a sentence may begin with the word at `place`.

        `joined`: other words stand before it, from another claim. `named`: the sentence names the matter itself.
        """
        if self.free(0, place):
            return True
        if joined or not (self.head_free(place) and self._own_part(place)):
            return False
        c, here = self.claim, self.claim.item[place]
        if here and c.items[here].leans and not named:
            return False
        return self._stands_alone(here, named=named)

    def _stands_alone(self, here: int, *, named: bool) -> bool:
        """Whether the item says all it says without those before it."""
        kind, before = self.claim.items[here], self.claim.items[:here]
        if kind.sends or any(one.concludes for one in self.claim.items[here:]):
            return False  # the signs that were left out belong to it
        if all(one.orders and not (one.condition or one.scoped or one.sends) for one in before):
            return True
        if kind.own_scope:
            before = before[max((n + 1 for n, one in enumerate(before) if one.acts), default=0) :]
        if any(one.condition for one in before):
            return False
        return named or kind.own_scope or kind.own_subject

    def may_skip(self, j: int, place: int) -> bool:
        """Whether the words between may go."""
        c = self.claim
        if self.free(j + 1, place):
            return True
        if c.bracket[j + 1] and not c.bracket[j]:
            return False
        if c.item[j] == c.item[place]:
            return self._within_list(j, place)
        if not (self.head_free(place, after=j) and self._own_part(place) and self._tail_free(j, place)):
            return False
        return not self._dangles(j, place) and self._governed(j, place)

    def may_end(self, j: int, *, final: bool) -> bool:
        """Whether a sentence (`final`), or its part from this claim, may end behind the word at `j`."""
        c = self.claim
        if self.free(j + 1, len(c.words)):
            return True
        if (c.bracket[j + 1] and not c.bracket[j]) or not self._tail_free(j, None):
            return False
        here, after = c.items[c.item[j]], c.items[c.item[j] + 1 :]
        if not after or after[0].exception:
            return not after
        if here.acts and not here.condition:
            return True
        return final and not here.condition and not after[0].sends

    def free(self, start: int, end: int) -> bool:
        """Nothing between has weight."""
        return all(word in LEFT_OUT for word in self.claim.words[start:end])

    def head_free(self, place: int, after: int = -1) -> bool:
        """What stands before the word in its part has no weight, is the matter itself, or is `…如`."""
        c = self.claim
        head = [word for word in c.words[self._part_start(place) : place] if word not in LEFT_OUT]
        if not head or head[-1] == "如":
            return True
        if head == ["或"]:
            return after < 0 or c.item[after] < c.item[place] - 1
        return "".join(head) in "".join(self.topic) and not set(head) & (PEOPLE | NEGATIVE)

    def _within_list(self, j: int, place: int) -> bool:
        """Whole parts of a list may go, with the head of the last, which shares what follows."""
        c = self.claim
        if c.part[j] == c.part[place] or c.part[j + 1] == c.part[j]:
            return False
        head = [word for word in c.words[self._part_start(place) : place] if word not in LEFT_OUT]
        if not head:
            return True
        if not self._last_part(place) or c.words[place] not in _SHARED:
            return False
        return not any(word in NEGATIVE or word in PERMITS or word[0].isdigit() for word in head)

    def _own_part(self, place: int) -> bool:
        """The word stands in the first part of its list, or the list is one of symptoms, or of things not to do."""
        c = self.claim
        start = self._part_start(place)
        first = start
        while first > 0 and c.item[first - 1] == c.item[start]:
            first -= 1
        if first == start or c.words[start] in _FORBIDS:
            return True
        here = c.item[start]
        symptoms = not c.items[here].acts and any(one.sends for one in c.items[here:])
        opening = [c.words[at] for at in range(first, start) if c.part[at] == c.part[first]]
        return symptoms and not _GOVERNS & set(opening)

    def _tail_free(self, j: int, place: int | None) -> bool:
        """What follows in the item has no weight, or is the rest of a list."""
        c = self.claim
        end = j + 1
        while end < len(c.words) and c.item[end] == c.item[j]:
            end += 1
        if self.free(j + 1, end):
            return True
        if c.part[j + 1] == c.part[j] and c.words[j + 1] not in ("和", "或", "等"):
            return False
        if place is not None and c.items[c.item[place]].acts and c.words[j + 1] != "和":
            return True  # one of several conditions of the same advice
        return not any(self._speaks_of_all(at, j) for at in range(j + 1, end))

    def _speaks_of_all(self, at: int, j: int) -> bool:
        word, starts = self.claim.words[at], self._part_start(at) == at
        if word in NEGATIVE and starts and self.claim.words[self._part_start(j)] in NEGATIVE:
            return False  # 不热敷、不揉: each part denies for itself
        return word in _SPEAKS_OF_ALL

    def _dangles(self, j: int, place: int) -> bool:
        """What stands at `j` is a condition, and the advice it belongs to is left out; or an exception is."""
        c = self.claim
        here, last = c.item[j], c.item[place]
        if here + 1 < last and c.items[here + 1].exception:
            return True
        if c.items[here].acts:
            return False
        follows = next((n for n in range(here + 1, len(c.items)) if c.items[n].acts), None)
        if follows is None or not (c.items[here].condition or c.items[follows].sends):
            return False
        return last != follows and not all(one.acts for one in c.items[follows : last + 1])

    def _governed(self, j: int, place: int) -> bool:
        """Nothing left out between says when, for whom or of what the word at `place` holds."""
        c = self.claim
        before, here = c.item[j], c.item[place]
        between, kind = c.items[before + 1 : here], c.items[here]
        if between and kind.leans:
            return False
        if not kind.acts:
            return not any(one.condition for one in between)
        either = any(one.either for one in c.items[before:here])
        return all(one.acts and not one.condition for one in between) or (either and not c.items[before].acts)

    def _part_start(self, at: int) -> int:
        while at > 0 and self.claim.part[at - 1] == self.claim.part[at]:
            at -= 1
        return at

    def _last_part(self, place: int) -> bool:
        c = self.claim
        return not any(at == c.item[place] and part > c.part[place] for at, part in zip(c.item, c.part, strict=True))
