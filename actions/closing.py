"""How an answer in a model's words ends: when to see a doctor, in the passage's own words, and what it is worth."""

import re
from collections.abc import Iterator

from actions.cited import CLOSING, Cited

_SENTENCES = re.compile(r"(?<=[。！？])")
_WHEN = re.compile(r"120|急诊|就医|就诊|看医生|[去到](?:医院|门诊)|找医生|挂.{1,6}[科诊]")


def closing(cited: Cited, said: str) -> Iterator[str]:
    """The sentences still to be said, with their citation. `said` is the answer so far."""
    for hit in cited.order[:1]:
        sentences = _SENTENCES.split(cited.hits[hit].passage.text)
        most = max(sentences, key=lambda one: len(_WHEN.findall(one)))
        if _WHEN.search(most) and not _WHEN.search(said):
            yield f"{most}[{cited.number(hit)}]"
    yield f"\n{CLOSING}"
