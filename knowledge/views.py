"""What embeddings look at: a passage seen from several sides."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Views:
    """The texts by which one document is found."""

    whole: tuple[str, ...]
    """Each says what the whole is about: all of them count."""
    questions: tuple[str, ...] = ()
    """Questions it answers: the nearest one counts."""

    def __iter__(self) -> Iterator[str]:
        yield from self.whole
        yield from self.questions


def views(passage: Passage) -> Views:
    """What it is asked as, what it says, and the questions it was written for."""
    topics = f"{passage.title}。{'，'.join(passage.topics)}"
    return Views((topics, f"{passage.title}。{passage.text}"), passage.asked_as)
