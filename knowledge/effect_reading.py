"""What a question asks of drugs: which lab value they raise or lower, which discomfort they cause."""

import re
from collections.abc import Iterator
from functools import cached_property

from knowledge.effects import EffectBook, Target, Verb
from knowledge.lab import LabBook
from knowledge.text import normalise

_UP = r"升高|增高|变高|偏高|上升|太高|过高|高|升|多"
_DOWN = r"降低|下降|变低|偏低|减少|太低|过低|减低|低|降|少"
_BEFORE = re.compile(r"(?:(?P<up>升高|提高|增加|抬高|升)|(?P<down>降低|减少|拉低|降))(?:了|我的?|我们的?|人的?)?$")
_BEHIND = re.compile(
    rf"(?:值|水平|会|就|又|的|是|变得?|越来越|有点|老是?|总是?){{0,3}}(?:(?P<up>{_UP})|(?P<down>{_DOWN}))"
)
_BLAMES = re.compile(
    r"引起|导致|造成|引发|诱发|害得|害我|弄得|搞得|惹的|副作用|不良反应|伤(?=[肝肾胃眼耳骨肌胰])|影响|升高|降低(?=血[钾钠钙镁])|药物性|的(?:药|原因)引|是不是.{0,12}药|药.{0,3}(?:吃|闹)(?:的|出来)"
)
_MAKES = re.compile(r"(?:(?<!不)会(?!诊)|让|使得?|吃了|吃完|服用?后|吃.{0,8}[后就])[^,。?!]{0,8}$")
_NEAR = 6
_TREATS = re.compile(
    r"(?:治|治疗|缓解|能降|可以降|怎么降|降下来|吃什么药|用什么药|吃啥药|吃点什么|影响[最较更很]?小|不影响|不伤)"
)


class EffectReader:
    """Finds the effects a sentence asks about."""

    def __init__(self, effects: EffectBook, lab: LabBook) -> None:
        self._effects = effects
        self._lab = lab

    def named(self, text: str) -> tuple[Target, ...]:
        """Every effect named, in order, whatever is asked of it; a lab item without direction means both."""
        plain = normalise(text)
        return tuple(dict.fromkeys(target for _, target in self._targets(plain)))

    def asked(self, text: str) -> tuple[Target, ...]:
        """Effects that the sentence blames drugs for; nothing where a remedy is asked for."""
        plain = normalise(text)
        if _TREATS.search(plain):
            return ()
        blamed = bool(_BLAMES.search(plain))
        found = (target for start, target in self._targets(plain) if blamed or _MAKES.search(plain[:start]))
        vague = frozenset(self._vague(plain))
        return tuple(dict.fromkeys(target for target in found if target not in vague))

    def _vague(self, plain: str) -> Iterator[Target]:
        """Lab items only mentioned: neither up nor down, nor influenced."""
        for mention in self._lab.mentions(plain):
            _, targets = self._of_item(plain, mention.start, mention.end, mention.item.id)
            if len(targets) > 1 and "影响" not in plain[max(0, mention.start - _NEAR) : mention.end + _NEAR]:
                yield from targets

    def _targets(self, plain: str) -> Iterator[tuple[int, Target]]:
        found = [(match.start(), self._by_word[match.group()]) for match in self._pattern.finditer(plain)]
        taken = {place for match in self._pattern.finditer(plain) for place in range(*match.span())}
        for mention in self._lab.mentions(plain):
            if mention.start not in taken and not mention.short:
                start, targets = self._of_item(plain, mention.start, mention.end, mention.item.id)
                found += [(start, target) for target in targets]
        yield from sorted(found, key=lambda one: one[0])

    @staticmethod
    def _of_item(plain: str, start: int, end: int, id: str) -> tuple[int, tuple[Target, ...]]:
        before, behind = _BEFORE.search(plain, 0, start), _BEHIND.match(plain, end)
        match = before or behind
        if match is None:
            return start, (Target(Verb.RAISES, id), Target(Verb.LOWERS, id))
        return match.start() if before else start, (Target(Verb.RAISES if match["up"] else Verb.LOWERS, id),)

    @cached_property
    def _by_word(self) -> dict[str, Target]:
        of_symptoms = {
            normalise(word): Target(Verb.CAUSES, one.id)
            for one in self._effects.symptoms.values()
            for word in (one.name, *one.words)
        }
        return of_symptoms | {normalise(word): one.target for one in self._effects.sayings for word in one.words}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(word) for word in sorted(self._by_word, key=len, reverse=True)))
