"""The knowledge as it is shipped, loaded once for this folder's tests."""

from functools import cache
from pathlib import Path

import pytest

from knowledge.clinic import Clinic, load_clinic
from knowledge.library import Library, load_library
from knowledge.passages import Passage, load_passages
from knowledge.yamlfile import DATA


@cache
def _library() -> Library:
    return load_library()


@pytest.fixture
def library() -> Library:
    return _library()


@pytest.fixture
def clinic() -> Clinic:
    return load_clinic(DATA)


@pytest.fixture
def education() -> tuple[Passage, ...]:
    return load_passages(DATA)


@pytest.fixture
def data() -> Path:
    return DATA
