"""Cuts streamed Chinese words into whole sentences as they arrive."""

import re
from collections.abc import Iterable, Iterator

MAX_SENTENCE = 400  # characters; an endless sentence is let go at its last comma

_ENDS = "。！？!?；;…\n"
_CLOSERS = "”’」』）)】》\"'"
# Models write the citation behind the stop, too; it belongs to the sentence before it.
_CITATIONS = re.compile(r"(?:[ \t]*[\[【［]\d{1,2}[\]】］])*")
_CITATION_BEGUN = re.compile(r"[ \t]*(?:[\[【［]\d{0,2})?")
_CLOSER_RUN = re.compile(f"[{re.escape(_CLOSERS)}{re.escape(_ENDS)}]*")


class Splitter:
    """Takes chunks, gives sentences. Nothing is lost: joined sentences are the joined chunks."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, chunk: str) -> Iterator[str]:
        """Yield the sentences that `chunk` completes."""
        self._held += chunk
        while (cut := _cut(self._held)) is not None:
            yield self._held[:cut]
            self._held = self._held[cut:]

    def flush(self) -> Iterator[str]:
        """Yield what is left when the stream has ended."""
        if self._held:
            yield self._held
        self._held = ""


def split_sentences(chunks: Iterable[str]) -> Iterator[str]:
    """Yield whole sentences, marks and closing quotes included, as soon as they are complete."""
    splitter = Splitter()
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.flush()


def _cut(held: str) -> int | None:
    """Return where the first sentence surely ends. One more character is awaited: it may close a quote."""
    for at, mark in enumerate(held[:MAX_SENTENCE]):
        if mark not in _ENDS and not _is_full_stop(held, at):
            continue
        closers = _CLOSER_RUN.match(held, at + 1)
        end = closers.end() if closers else at + 1
        if held[end - 1] != "\n" and (cited := _CITATIONS.match(held, end)):
            end = cited.end()
        return None if _CITATION_BEGUN.fullmatch(held, end) else end
    if len(held) <= MAX_SENTENCE:
        return None
    return max(held.rfind("，", 0, MAX_SENTENCE) + 1, 0) or MAX_SENTENCE


def _is_full_stop(held: str, at: int) -> bool:
    """A dot ends a sentence only between letters and a blank: 2.5 and e.g.。 stay whole."""
    return held[at] == "." and at > 0 and not held[at - 1].isdigit() and held[at + 1 : at + 2].isspace()
