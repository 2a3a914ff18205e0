"""`python -m knowledge.check`: the gaps in words or JSON, and how full the entries are."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.check import find_gaps
from knowledge.gaps import NOTES, Gap, GapKind
from knowledge.statements import NONE_KNOWN, UNKNOWN, Statement
from knowledge.yamlfile import DATA, BadDataError, read_yaml

_CHINA = ZoneInfo("Asia/Shanghai")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Returns 1 when there is anything to put right, else 0."""
    options = _options(arguments)
    today = datetime.now(_CHINA).date()
    gaps = [gap for gap in find_gaps(options.data, today=today, only=options.only) if gap.kind not in options.allow]
    entries = list(_entries(options.data, options.only))
    if options.json:
        found = [{"kind": gap.kind, "where": gap.where, "what": gap.what} for gap in gaps]
        told = {"entries": len(entries), "gaps": found, "statements": fullness(entries)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_in_words(gaps, entries)) + "\n")
    return 1 if any(gap.kind not in NOTES for gap in gaps) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m knowledge.check", description="Find gaps in the drug data.")
    parser.add_argument("--data", type=Path, default=DATA, help="data folder")
    parser.add_argument("--only", default="", metavar="FAMILY", help="findings of this family's file alone")
    parser.add_argument("--allow", type=GapKind, action="append", default=[], help="a kind not to report (unread)")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _entries(folder: Path, only: str) -> Iterator[Mapping[str, Any]]:
    """Entries as written; what cannot be read is among the gaps already."""
    for path in sorted((folder / "drugs").glob(f"{only}*.yml")):
        try:
            raw = read_yaml(path)
        except BadDataError:
            continue
        yield from (one for one in raw or () if isinstance(one, Mapping) and isinstance(one.get("says"), Mapping))


def fullness(entries: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """How many entries say each statement in words, as none known, as unknown, or not themselves."""
    entries = list(entries)
    return {one.value: dict(Counter(_how(entry["says"].get(one.value)) for entry in entries)) for one in Statement}


def _how(text: object) -> str:
    if text is None:
        return "absent"
    return {UNKNOWN: "unknown", NONE_KNOWN: "none_known"}.get(str(text), "said")


def _in_words(gaps: Sequence[Gap], entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for gap in sorted(gaps, key=lambda one: (one.kind in NOTES, one.kind, one.where)):
        yield f"{gap.kind:20} {gap.where}: {gap.what}"
    yield f"\n{len(entries)} entries, {sum(bool(one.get('read_by')) for one in entries)} read by a second reader"
    columns = ("said", "none_known", "unknown", "absent")
    yield f"{'statement':18}" + "".join(f"{name:>11}" for name in columns)
    for name, counts in fullness(entries).items():
        yield f"{name:18}" + "".join(f"{counts.get(column, 0):11}" for column in columns)
    kinds = Counter(gap.kind.value for gap in gaps)
    yield "\n" + (", ".join(f"{kind}: {number}" for kind, number in sorted(kinds.items())) or "no gaps")
