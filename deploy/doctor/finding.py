"""What the examination finds: lines of 通过, 注意 or 失败, each with its remedy."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from deploy.trouble import Trouble


class State(StrEnum):
    """How a part is."""

    WELL = "通过"
    MIND = "注意"  # works, but the operator should know
    FAILED = "失败"  # does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination."""

    part: str
    state: State
    words: str  # what to do, where something is to be done
    code: int = 0  # the outside server's own error code, where there is one

    @property
    def failed(self) -> bool:
        """Whether the house can't work like this."""
        return self.state is State.FAILED

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)

    def of(self, part: str) -> "Finding":
        """The same of another part."""
        return replace(self, part=part)


def well(part: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(part, State.WELL, words)


def mind(part: str, words: str, code: int = 0) -> Finding:
    """Works, but the operator should know."""
    return Finding(part, State.MIND, words, code)


def failed(part: str, words: str, code: int = 0) -> Finding:
    """Does not work; the words say what to do."""
    return Finding(part, State.FAILED, words, code)


def reason(trouble: Trouble) -> str:
    """Its Chinese sentence, on one line; English is the last one."""
    return " ".join(str(trouble).splitlines()[:-1])


def in_words(findings: Sequence[Finding]) -> str:
    """As an operator reads it."""
    return "\n".join(f"{finding.state}  {finding.part}：{finding.words}" for finding in findings)
