"""A Rasa server asked to read one sentence after another, as any client would ask it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np

from tools.material import BadFile, Sentence
from tools.scores import Floats, Outcome, Truths, joined

FALLBACK = "nlu_fallback"
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Asked:
    """What a server read: the best intent even where it fell back, and where it did not."""

    outcome: Outcome
    sure: Truths
    margin: Floats  # to the second
    drugs: list[list[tuple[int, int]]]  # where drugs were seen, start and end


class Server:
    """One kept connection to `/model/parse`."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(str(urlsplit(url).netloc), timeout=PATIENCE_S)
        self._path = "/model/parse" + (f"?{urlencode({'token': token})}" if token else "")

    def ask(self, sentences: Sequence[Sentence]) -> Asked:
        """Have every sentence read. Raises BadFile when the server fails: half a measurement is none."""
        found = [self._parse(sentence.text) for sentence in sentences]
        rankings = [_ranking(parsed) for parsed, _ in found]
        outcome = Outcome(
            texts=[sentence.text for sentence in sentences],
            true=np.array([sentence.intent for sentence in sentences]),
            predicted=np.array([ranking[0][0] for ranking in rankings]),
            confidence=np.array([ranking[0][1] for ranking in rankings]),
            milliseconds=np.array([spent for _, spent in found]),
        )
        return Asked(
            outcome,
            sure=np.array([parsed["intent"]["name"] not in (None, FALLBACK) for parsed, _ in found]),
            margin=np.array([ranking[0][1] - ranking[1][1] for ranking in rankings]),
            drugs=[_drugs(parsed) for parsed, _ in found],
        )

    def _parse(self, text: str) -> tuple[dict[str, Any], float]:
        """Return the answer and milliseconds."""
        body = json.dumps({"text": text}).encode()
        began = time.perf_counter()
        try:
            self._connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, HTTPException) as error:
            raise BadFile(f"the server does not answer: {error!r}") from error
        spent = (time.perf_counter() - began) * 1_000
        if response.status != 200:
            raise BadFile(f"the server answers {response.status}: {answer[:200]!r}")
        parsed: dict[str, Any] = json.loads(answer)
        return parsed, spent


def whole(parts: Sequence[Asked]) -> Asked:
    """Return the parts as one."""
    return Asked(
        joined([part.outcome for part in parts]),
        np.concatenate([part.sure for part in parts]),
        np.concatenate([part.margin for part in parts]),
        [spans for part in parts for spans in part.drugs],
    )


def _ranking(parsed: dict[str, Any]) -> list[tuple[str, float]]:
    """The best intents, at least two, without Rasa's own; an empty sentence has none."""
    ranked = [(each["name"], float(each["confidence"])) for each in parsed["intent_ranking"]]
    return [each for each in ranked if each[0] != FALLBACK] + [(FALLBACK, 0.0), (FALLBACK, 0.0)]


def _drugs(parsed: dict[str, Any]) -> list[tuple[int, int]]:
    return [(each["start"], each["end"]) for each in parsed["entities"] if each["entity"] == "drug"]
