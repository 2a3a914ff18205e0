"""Names that mean two drugs, and names of different drugs that sound the same."""

from collections.abc import Iterable, Iterator

from knowledge.drug_names import OtherNames, own_names
from knowledge.drugs import Drug
from knowledge.gaps import Gap, GapKind
from knowledge.name_index import fold
from knowledge.sounds import sound


def collisions(entries: Iterable[tuple[str, Drug]], others: OtherNames) -> Iterator[Gap]:
    """A name that means two things without being declared under shared_names.

    A drug that gets an entry may stay, with its other names, in the list of drugs without one: the entry wins.
    """
    entries = tuple(entries)
    listed = {fold(word) for word in others.drugs}
    held = {fold(name) for _, drug in entries if fold(drug.name) in listed for name in own_names(drug)}
    elsewhere = listed - held
    seen = dict.fromkeys((*elsewhere, *map(fold, others.everyday)), "other_names.yml")
    shared = {fold(name) for _, drug in entries for name in drug.shared_names}
    for where, drug in entries:
        for name in {fold(name) for name in (*own_names(drug), drug.english)} | {f"id {drug.id}"}:
            holder = seen.setdefault(name, where)
            if holder != where or name in shared:
                yield Gap(GapKind.COLLIDING_NAME, where, f"{name}: {holder}")
    yield from _sounding_alike(entries)


def _sounding_alike(entries: Iterable[tuple[str, Drug]]) -> Iterator[Gap]:
    """Different names of different drugs with the same syllables: people who write by ear are asked back."""
    seen: dict[str, tuple[str, str]] = {}
    for where, drug in entries:
        for name in own_names(drug):
            spoken = " ".join(map(sound, name))
            holder, other = seen.setdefault(spoken, (where, name))
            if holder != where and other != name:
                yield Gap(GapKind.SOUNDS_ALIKE, where, f"{name} ({spoken}): {other} in {holder}")
