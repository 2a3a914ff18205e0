"""What every subcommand needs: the settings, and words for the person at the terminal."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click
from pydantic import ValidationError

from bot.errors import StoreUnavailable
from bot.settings import Settings
from deploy.trouble import Trouble, bad_knowledge, bad_settings
from knowledge.yamlfile import BadDataError

Asked = TypeVar("Asked")


def read_lines(lines: Iterable[str], read: Callable[[str], Asked]) -> Iterator[Asked | None]:
    """What each line of JSON asks, in order; None for one that `read` refuses, nothing for an empty one."""
    for line in filter(str.strip, lines):
        try:
            asked = read(line)
        except (ValueError, TypeError, KeyError, RecursionError):
            yield None
        else:
            yield asked


def tell(sentence: str) -> None:
    """A line of progress for the person at the terminal."""
    click.echo(sentence, err=True)


def read_settings() -> Settings:
    """The settings. Raises Trouble that names the wrong one, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        fields = ", ".join(".".join(str(part) for part in each["loc"]) for each in error.errors())
        raise bad_settings(fields) from error


@contextlib.contextmanager
def troubles() -> Iterator[None]:
    """Trouble ends the command with its sentences and no traceback."""
    try:
        yield
    except Trouble as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(1)
    except BadDataError as error:
        click.echo(str(bad_knowledge(str(error))), err=True)
        sys.exit(1)
    except StoreUnavailable:
        click.echo("数据库打不开，或者还没有升级：请先运行 xinglin db status 看看。", err=True)
        sys.exit(1)
