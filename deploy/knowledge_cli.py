"""`xinglin drug`: what the drug book says, in words or JSON."""

import json
import sys

import click

from knowledge.aspects import Aspect

_NOT_FOUND = 1


@click.command()
@click.argument("name")
@click.option("--aspect", type=click.Choice([one.value for one in Aspect]), help="只问一个方面。One aspect only.")
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def drug(name: str, aspect: str | None, as_json: bool) -> None:
    """查药：通用名、商品名、俗名、拼音都行。What the drug book says about a drug."""
    from knowledge import drug_answer
    from knowledge.drug_names import load_drug_book
    from knowledge.yamlfile import BadDataError

    try:
        match = load_drug_book().find(name)
    except BadDataError as error:
        raise click.ClickException(f"药品资料读不出来，运行 python -m knowledge.check 看哪里错了：{error}") from error
    side = Aspect(aspect) if aspect else None
    if match.drug is not None:
        data, words = drug_answer.as_data(match.drug, side), drug_answer.in_words(match.drug, side)
    else:
        data = drug_answer.unclear_as_data(name, match)
        words = drug_answer.which_of(match) if match.candidates else drug_answer.not_found(name, match)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else words)
    if match.drug is None and not match.candidates:
        sys.exit(_NOT_FOUND)
