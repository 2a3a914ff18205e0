"""The operator's page names every setting as it is."""

from bot.settings import ROOT
from deploy.settings_table import table


def test_the_operators_page_holds_the_table() -> None:
    assert table() in (ROOT / "docs" / "operator.md").read_text()


def test_every_setting_says_what_it_is() -> None:
    assert all(not row.endswith("| None |") for row in table().splitlines())
