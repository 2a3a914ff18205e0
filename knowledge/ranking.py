"""The two orders of passages, by words and by sense, laid side by side."""

from collections.abc import Iterator, Sequence

from knowledge.support import Found


def side_by_side(
    by_words: Sequence[tuple[int, float]], by_sense: Sequence[tuple[int, float]] | None
) -> Iterator[Found]:
    """Every passage that stands in one of the lists, with what each says of it. Both are best first."""
    scores, cosines = dict(by_words), dict(by_sense or ())
    best = by_words[0][1] if by_words else 1.0
    near = [*cosines.values()] or [0.0]
    for document in dict.fromkeys((*scores, *cosines)):
        cosine = cosines.get(document, near[-1])
        first = document == next(iter(cosines), None)
        rival = near[1] if first and len(near) > 1 else near[0]
        yield Found(document, scores.get(document, 0.0) / best, cosine, cosine - rival)
