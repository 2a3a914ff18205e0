"""The operator's pages explain every error number as the house treats it."""

from collections.abc import Mapping

import pytest

from bot.settings import ROOT
from connectors.tencent.remedies import REMEDIES, WECOM_REMEDIES, Advice, Remedy
from deploy.remedies_table import DONE, table


@pytest.mark.parametrize(("page", "remedies"), [("wechat.md", REMEDIES), ("wecom.md", WECOM_REMEDIES)])
def test_the_operators_pages_hold_the_tables(page: str, remedies: Mapping[int, Advice]) -> None:
    assert table(remedies) in (ROOT / "docs" / page).read_text(), "run `python -m deploy.remedies_table`"


def test_every_remedy_has_words() -> None:
    assert set(DONE) == set(Remedy)
