"""Drugs and illnesses: what a drug's own entry forbids or warns of for somebody who has one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.denial import is_denied
from knowledge.drugs import Drug
from knowledge.interactions import Interaction, Severity
from knowledge.statements import Statement
from knowledge.text import normalise, sentences
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, unique

_GRAVE: Mapping[Statement, Severity] = {
    Statement.CONTRAINDICATION: Severity.CONTRAINDICATED,
    Statement.CAUTION: Severity.MODERATE,
}
_ADVICE: Mapping[Severity, str] = {
    Severity.CONTRAINDICATED: "不要自己用；已经在用的，尽快问开药的医生或药师，不要自己停医生开的药",
    Severity.MAJOR: "重的人不能用；您的情况算不算重，用之前一定先问医生或药师",
    Severity.MODERATE: "用之前先告诉医生或药师您有这个情况，由医生定能不能用、用多少、要查什么",
}
_ONLY_GRAVE = re.compile(r"(?:严重|重度|重症|没控制|没有控制|未控制|没控制好|急性|活动性|晚期|很|过|太)[^，、；]{0,6}$")
_BEHIND = re.compile(r"[^，、；]{0,3}(?:严重|没控制|没有控制|失代偿|急性|明显下降|很低|很差)")
"""Before or behind a name: only its grave form is meant."""
_CLAUSE = re.compile(r"[；;]")


@dataclass(frozen=True, slots=True)
class Condition:
    """An illness or state of the body."""

    id: str
    names: tuple[str, ...]
    """As people write it; the first is shown."""
    said: re.Pattern[str]
    """How entries put it."""


class Conditions:
    """All conditions, found by name."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._by_name = {normalise(name): one for one in conditions for name in one.names}

    def find(self, name: str) -> Condition | None:
        """The condition that exactly this means."""
        return self._by_name.get(normalise(name))


def of_condition(drug: Drug, condition: Condition) -> Interaction | None:
    """The gravest that the drug's entry says for this condition, in its own words; None when it says nothing."""
    for statement, severity in _GRAVE.items():
        for said in drug.says.get(statement, ()):
            clauses = tuple(_about(said.text, condition.said))
            if clauses:
                grave = severity
                if severity is Severity.CONTRAINDICATED and all(only_grave for _, only_grave in clauses):
                    grave = Severity.MAJOR
                words, rule = "；".join(clause for clause, _ in clauses), f"condition:{condition.id}:{drug.id}"
                return Interaction(drug.name, condition.names[0], grave, words, _ADVICE[grave], said.source, rule)
    return None


def _about(text: str, said: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    """The clauses that speak of it, and whether each means its grave form alone."""
    for sentence in sentences(text):
        for clause in _CLAUSE.split(sentence):
            found = [one for one in said.finditer(clause) if not is_denied(clause, one.start())]
            if found:
                yield clause.rstrip("。；;"), all(_only_grave(clause, one) for one in found)


def _only_grave(clause: str, found: re.Match[str]) -> bool:
    return bool(_ONLY_GRAVE.search(clause[: found.start()]) or _BEHIND.match(clause[found.end() :]))


def load_conditions(folder: Path | None = None) -> Conditions:
    """Read conditions.yml of a data folder. Raises BadDataError."""
    raw = read_yaml((folder or DATA) / "conditions.yml")["conditions"]
    unique([name for one in raw for name in one["names"]], "conditions.yml")
    return Conditions([_read(one) for one in raw])


def _read(raw: Mapping[str, object]) -> Condition:
    where = f"conditions.yml {raw.get('id')}"
    try:
        said = re.compile(str(required(raw, "said", where)))
    except re.error as error:
        raise BadDataError(f"{where}: said is no regular expression: {error}") from error
    return Condition(str(required(raw, "id", where)), tuple(required(raw, "names", where)), said)
