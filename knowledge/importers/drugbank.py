"""DrugBank's full database (XML, 3 GB, plain or zipped): names of substances, and pairs that interact.

The XML is read as a stream and freed entry by entry; a file that declares a DTD or entities is refused.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Literal

from lxml import etree

from knowledge.importers.opening import BROKEN, opened
from knowledge.importers.records import Json, Kind, Problem, Record, Step, UnreadableError, pair_key

_ROOT = re.compile(r"\{(https?://(?:www\.)?drugbank\.ca)\}drugbank")
_ID = re.compile(r"DB\d{5,}")
_SEVERAL = " + "
"""Between the ingredients of a mixture."""


def read_drugbank(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each drug entry: its NAME, and its INTERACTIONs that no entry before it told."""
    namespace = _namespace(file)
    position, pairs = 0, _Pairs()
    with opened(file, ".xml") as stream:
        try:
            for drug in _drugs(stream, namespace):
                position += 1
                step = _step(_Entry(drug, namespace), position, pairs)
                if position > after:
                    yield step
        except (etree.XMLSyntaxError, *BROKEN) as error:
            if position >= after:
                yield Step(position + 1, problems=(_cut_off(position, error),))


def _cut_off(position: int, error: Exception) -> Problem:
    return Problem(f"第 {position} 个药品之后", f"文件在这里断了或坏了，后面的没有读到：{error}")


def _namespace(file: Path) -> str:
    """DrugBank's namespace as this file writes it. Raises UnreadableError unless the beginning is DrugBank's."""
    with opened(file, ".xml") as stream:
        try:
            root = next(_parse(stream, "start"))
        except (etree.XMLSyntaxError, StopIteration, *BROKEN) as error:
            raise UnreadableError(f"{file.name} 不是 XML 文件：{error}") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableError(f"{file.name} 带有 DTD 或实体定义，DrugBank 的文件没有这些；为安全起见不读")
        tag = etree.QName(root).text
        known = _ROOT.fullmatch(tag)
        if known is None:
            raise UnreadableError(f"{file.name} 不是 DrugBank 的 full database（最外层是 {tag}）")
        return known[1]


def _parse(stream: IO[bytes], event: Literal["start", "end"], tag: str | None = None) -> Iterator[etree._Element]:
    events = etree.iterparse(
        stream, events=(event,), tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return (element for _, element in events)


def _drugs(stream: IO[bytes], namespace: str) -> Iterator[etree._Element]:
    """Each entry; its memory is given back when the next one is asked for."""
    for drug in _parse(stream, "end", f"{{{namespace}}}drug"):
        parent = drug.getparent()
        if parent is None or parent.getparent() is not None:  # pathways name their drugs by the same tag
            continue
        yield drug
        drug.clear()
        while drug.getprevious() is not None:
            del parent[0]


class _Pairs:
    """Which pairs were told: both drugs' entries name an interaction, and it is one record."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._by: dict[str, set[str]] = defaultdict(set)
        """Id of an entry still to come → ids of those that named it."""

    def new(self, id: str, partners: Iterable[str]) -> frozenset[str]:
        """Those of an entry's partners with which it was not told yet."""
        fresh = frozenset(partners) - self._by.pop(id, set()) - {id}
        self._read.add(id)
        for partner in fresh - self._read:
            self._by[partner].add(id)
        return fresh


class _Entry:
    """What we read of one `drug` element."""

    def __init__(self, drug: etree._Element, namespace: str) -> None:
        self._drug = drug
        self._prefix = {"d": namespace}

    def text(self, path: str) -> str:
        """The first text at a path, spaces folded; empty when there is none."""
        return _folded(self._drug.findtext(path, "", self._prefix))

    def texts(self, path: str) -> tuple[str, ...]:
        """All different texts at a path, in order."""
        found = (_folded(one.text) for one in self._drug.iterfind(path, self._prefix))
        return tuple(dict.fromkeys(one for one in found if one))

    @property
    def id(self) -> str:
        return self.text("d:drugbank-id[@primary='true']")

    @property
    def brands(self) -> tuple[str, ...]:
        """Names of products of this substance alone; a compound's name would lead to one of its parts."""
        compounds = {
            _folded(one.findtext("d:name", "", self._prefix)).lower()
            for one in self._drug.iterfind("d:mixtures/d:mixture", self._prefix)
            if _SEVERAL in one.findtext("d:ingredients", "", self._prefix)
        }
        named = (
            *self.texts("d:international-brands/d:international-brand/d:name"),
            *self.texts("d:products/d:product/d:name"),
        )
        return tuple(dict.fromkeys(one for one in named if one.lower() not in compounds))

    @property
    def atc(self) -> tuple[str, ...]:
        return tuple(str(one.get("code", "")) for one in self._drug.iterfind("d:atc-codes/d:atc-code", self._prefix))

    def interactions(self) -> Iterator[tuple[str, str, str]]:
        """Id, name and description of each partner."""
        for one in self._drug.iterfind("d:drug-interactions/d:drug-interaction", self._prefix):
            id, name, description = (
                _folded(one.findtext(f"d:{tag}", "", self._prefix)) for tag in ("drugbank-id", "name", "description")
            )
            yield id, name, description


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _step(entry: _Entry, position: int, pairs: _Pairs) -> Step:
    id, name = entry.id, entry.text("d:name")
    if not _ID.fullmatch(id) or not name:
        missing = "DrugBank 编号" if name else "名称"
        return Step(
            position, problems=(Problem(f"第 {position} 个药品 {id or name}".rstrip(), f"没有{missing}，没有收"),)
        )
    partners = {partner: (called, words) for partner, called, words in entry.interactions()}
    nameless = [partner for partner in partners if not _ID.fullmatch(partner)]
    new = pairs.new(id, partners.keys() - set(nameless))
    return Step(
        position,
        (
            _name(entry, id, name),
            *(_pair((id, name), (one, partners[one][0]), partners[one][1]) for one in sorted(new)),
        ),
        tuple(Problem(f"{id} {name}", f"一条相互作用的编号不对：{one or '空'}") for one in nameless),
    )


def _name(entry: _Entry, id: str, name: str) -> Record:
    ids = entry.texts("d:drugbank-id")
    cas, unii = entry.text("d:cas-number"), entry.text("d:unii")
    synonyms, brands = entry.texts("d:synonyms/d:synonym"), entry.brands
    data: Mapping[str, Json] = {
        "type": "ingredient",
        "name": name,
        "ids": {"drugbank": ids, "cas": cas, "unii": unii},
        "groups": entry.texts("d:groups/d:group"),
        "synonyms": synonyms,
        "brands": brands,
        "atc": entry.atc,
        "categories": entry.texts("d:categories/d:category/d:category"),
        "food_interactions": entry.texts("d:food-interactions/d:food-interaction"),
    }
    names = (name, *synonyms, *brands, *ids, cas, unii)
    return Record(Kind.NAME, id, data, tuple(dict.fromkeys(one for one in names if one)))


def _pair(one: tuple[str, str], other: tuple[str, str], description: str) -> Record:
    """A pair is looked up by its key; with names each would cost two rows more, of 1.4 million."""
    (a, a_name), (b, b_name) = sorted((one, other))
    data: Mapping[str, Json] = {
        "a": {"id": a, "name": a_name},
        "b": {"id": b, "name": b_name},
        "description": description,
    }
    return Record(Kind.INTERACTION, pair_key(a, b), data)
