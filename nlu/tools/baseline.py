"""What anybody would try first on a public set: character TF-IDF and logistic regression, trained on its own half."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from tools.scores import Words

SEED = 20261121


def halves(size: int) -> tuple[list[int], list[int]]:
    """Return the places of a random half to learn from and of the other to be measured on; always the same."""
    learned, measured = train_test_split(range(size), test_size=0.5, random_state=SEED)
    return sorted(learned), sorted(measured)


def learn_and_read(texts: Sequence[str], labels: Sequence[str], unseen: Sequence[str]) -> Words:
    """Train on texts and labels; return what it reads in the unseen texts."""
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000, random_state=SEED),
    )
    return np.asarray(model.fit(texts, labels).predict(unseen))
