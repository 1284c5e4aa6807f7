"""`python -m tests.faults pages`: all lies, and what came of them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from tests.faults.judge import table
from tests.faults.lies import borrowed, broken, corpus, patience, run, walls

HEADINGS = ("answers", "number", "visits", "crashes", "alerts", "slowest visit", "wrong", "outcomes")
CORPUS = ("publisher", "bad pages", "real visits", "real changes", "told after a bad page", "as without", "suppressed",
          "false alerts", "wrong")  # fmt: skip
MOST_MEMORY = 256


@click.command("pages")
@click.option("--only", multiple=True, help="only families whose name begins so")
@click.option("--every", default=1, show_default=True, help="only each so-many-th answer of a family")
@click.option("--corpus", "history", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="a folder of real revisions (*.jsonl.xz): each real change after a bad page")  # fmt: skip
@click.option("--tools", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="the folder with corpus_pages.py, which makes pages of the revisions")  # fmt: skip
@click.option("--countries", default=0, show_default=True, help="only so many of each publisher; 0: all")
def pages(only: tuple[str, ...], every: int, history: Path | None, tools: Path | None, countries: int) -> None:
    """More than 10,000 answers that are not the page: none crashes a visit, none is told to anybody."""
    begun = time.monotonic()
    wrong = _history(history, tools, countries) if history and tools else _served(only, every)
    click.echo("\n".join(["", *wrong[:200], f"{len(wrong)} wrong; {time.monotonic() - begun:.0f} s"]))
    sys.exit(1 if wrong else 0)


def _served(only: tuple[str, ...], every: int) -> list[str]:
    try:
        foreign = borrowed.inputs()
    except borrowed.MissingError as error:
        raise click.ClickException(f"html5lib's test data could not be had: {error}") from error
    cases = [*broken.everything(), *walls.everything(), *broken.foreign(foreign)]
    cases = [case for case in cases if not only or case.family.startswith(only)][::every]
    found = run.run(cases, say=lambda words: click.echo(words, err=True))
    rows = [[family, *map(str, (row.answers, row.visits, row.crashes, row.alerts)), f"{row.slowest:.1f} s",
             str(len(row.wrong)), ", ".join(f"{number} {name}" for name, number in row.outcomes.most_common())]
            for family, row in sorted(found.rows.items())]  # fmt: skip
    rows.append(["all", *(str(sum(getattr(row, name) for row in found.rows.values()))
                          for name in ("answers", "visits", "crashes", "alerts")),
                 f"{max(row.slowest for row in found.rows.values()):.1f} s", str(len(found.wrong)), ""])  # fmt: skip
    click.echo(table(HEADINGS, rows))
    wrong = list(found.wrong)
    click.echo(f"\n{walls.distinct()} different walls, repairs, soft 404s, log-ins, shells, redesigns and data")
    click.echo(f"memory at its peak: {found.grown:.0f} MB more than before, with {run.WORKERS} looks at a time")
    click.echo(f"afterwards {found.still_told} of {run.WORKERS} services told a real change")
    if not only:
        slowest = patience.with_default_manners()
        click.echo(f"slowest visit to a server that drips, with the manners as shipped: {slowest:.1f} s")
        wrong += [f"a visit took {slowest:.0f} s"] if slowest > run.LONGEST else []
    wrong += [f"memory grew by {found.grown:.0f} MB"] if found.grown > MOST_MEMORY else []
    return wrong + ([] if found.still_told == run.WORKERS else ["a real change was not told afterwards"])


def _history(history: Path, tools: Path, countries: int) -> list[str]:
    found = corpus.mixed(history, tools, countries, say=lambda words: click.echo(words, err=True))
    click.echo(table(CORPUS, [one.row() for one in found]))
    return [words for one in found for words in one.wrong]
