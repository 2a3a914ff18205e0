"""`xinglin when`: from Chinese time expressions to values, one JSON line each."""

import json
import sys
from datetime import UTC, datetime

import click


def _instant(context: click.Context, option: click.Parameter, said: str | None) -> datetime:
    """The instant of `--at`; without one that of now."""
    from deploy.when_lines import read_instant

    try:
        return datetime.now(UTC) if said is None else read_instant(said)
    except ValueError as error:
        raise click.BadParameter(f"“{said}”不是 ISO 8601 时刻，例如 2026-03-01T10:00:00+08:00") from error


@click.command()
@click.option("--at", callback=_instant, help="说话的时刻，不给则是现在。When it is said; now if not given.")
def when(at: datetime) -> None:
    """时间：标准输入 JSON 行 {"text"}，标准输出 JSON 行。Chinese time expressions to dates, ranges, recurrences."""
    from deploy.when_lines import when_lines

    # A line that is no UTF-8 must not end the reading of the others.
    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    for found in when_lines(lines, at):
        # Half of a surrogate pair cannot be written but as its escape, which JSON knows too.
        click.echo(json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace"))
