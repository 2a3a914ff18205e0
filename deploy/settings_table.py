"""The settings as a table for the operator's page: `python -m deploy.settings_table`. A test keeps the page true."""

from pathlib import Path

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from bot.settings import ROOT, Settings


def table() -> str:
    """A Markdown table: name in the environment, default, meaning."""
    rows = [f"| `{_name(name, field)}` | {_default(field)} | {field.description} |" for name, field in _fields()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _name(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[-1]) if isinstance(alias, AliasChoices) else f"XINGLIN_{name.upper()}"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or isinstance(value, SecretStr) or value == "":
        return "unset"
    return f"`{value.relative_to(ROOT) if isinstance(value, Path) else value}`"


if __name__ == "__main__":
    print(table())
