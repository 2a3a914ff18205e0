"""Which sentence of a message shows a mark: each sentence is heard again by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cases.encounter import Turn
from cases.hearing import Heard, hear
from cases.model import Script
from cases.scoring.statements import QUOTE, sentences


@dataclass(frozen=True, slots=True)
class Quotes:
    """Finds the learner's sentence in the turns of one encounter; a message is heard once, for all its marks."""

    script: Script
    turns: tuple[Turn, ...]
    _heard: dict[int, Sequence[tuple[str, Heard]]] = field(default_factory=dict)

    def of(self, turn: int, shows: Callable[[Heard], bool]) -> str:
        """The first sentence of a turn that shows it alone; the whole message when only the whole does."""
        if turn not in self._heard:
            self._heard[turn] = self._hear(turn)
        found = (sentence for sentence, heard in self._heard[turn] if shows(heard))
        return next(found, self.turns[turn].said.strip())[:QUOTE]

    def _hear(self, turn: int) -> Sequence[tuple[str, Heard]]:
        parts = list(sentences(self.turns[turn].said))
        before = self.turns[turn - 1].asked if turn else ()
        return [(part, hear(self.script, part, before)) for part in parts] if len(parts) > 1 else []
