"""`python -m tests.faults COMMAND` (`--help` lists them): runs it and prints a table."""

from __future__ import annotations

import logging
import sys
import time

import click
import structlog

from monitor import logs
from tests.faults import clocks, disk, drill, endpoints, kills, privacy, process, relays, restarts, soak
from tests.faults.judge import HEADINGS, Tally, table
from tests.faults.lies.command import pages

DATABASE = click.option("--database", type=click.Choice(["sqlite", "postgres"]), default="sqlite", show_default=True)


def say(words: str) -> None:
    click.echo(words, err=True)


def end(tallies: list[Tally], begun: float) -> None:
    """Says what was wrong and how long it took; exit code 1 if anything was wrong."""
    finish([words for tally in tallies for words in tally.wrong], begun)


def finish(wrong: list[str], begun: float) -> None:
    click.echo("\n".join(["", *wrong, f"{len(wrong)} wrong; {time.monotonic() - begun:.0f} s"]))
    sys.exit(1 if wrong else 0)


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Faults on purpose; every command prints a table and ends with 1 if anything was lost or repeated."""
    if context.invoked_subcommand not in UNTRACED and (trouble := process.missing()):
        raise click.ClickException(f"{trouble}; apt install strace")


@main.command("kills")
@DATABASE
@click.option("--story", type=click.Choice(["change", "birth"]), multiple=True, help="default: both")
@click.option("--every", default=1, show_default=True, help="only each so-many-th call")
def sweep(database: str, story: tuple[str, ...], every: int) -> None:
    """kill -9 at every call that writes, syncs, sends or hears an answer."""
    begun, rows, tallies = time.monotonic(), [], []
    for one in story or ("change", "birth"):
        tally, found = kills.sweep(database, one, every=every, say=say)
        tallies.append(tally)
        rows.append(tally.row(f"{database} {one}", str(sum(found.values()))))
    click.echo(table(HEADINGS, rows))
    end(tallies, begun)


@main.command("random")
@DATABASE
@click.option("--runs", default=1000, show_default=True)
@click.option("--hop", type=click.Choice(["slow", "fast"]), default="fast", show_default=True)
@click.option("--seed", default=1, show_default=True)
def at_random(database: str, runs: int, hop: str, seed: int) -> None:
    """kill -9 of the whole service, with all its threads, at random moments."""
    begun = time.monotonic()
    tally = kills.at_random(database, runs, hop=hop, seed=seed, say=say)
    click.echo(table(HEADINGS, [tally.row(f"{database} {hop} hop", "random")]))
    end([tally], begun)


@main.command("restart")
@DATABASE
@click.option("--runs", default=20, show_default=True)
def restart(database: str, runs: int) -> None:
    """kill -9 of `monitor run`, and the time until a new one, from its command line, has told everybody."""
    begun = time.monotonic()
    tally = restarts.restarts(database, runs, say=say)
    click.echo(table(HEADINGS, [tally.row(f"{database} monitor run", "telling")]))
    end([tally], begun)


@main.command("disk")
@click.option("--story", type=click.Choice(["change", "birth"]), default="change", show_default=True)
@click.option("--every", default=1, show_default=True, help="only each so-many-th call")
def disk_faults(story: str, every: int) -> None:
    """ENOSPC and EIO at every call that writes or syncs, once and from then on; and what may not be written."""
    begun = time.monotonic()
    tallies = disk.faults(story, every=every, say=say)
    rows = [tally.row(f"sqlite {story}", name) for name, tally in tallies.items()]
    for what in ("folder", "file"):
        tallies[what] = disk.read_only(what)
        rows.append(tallies[what].row("sqlite change", f"read-only {what}"))
    click.echo(table(HEADINGS, rows))
    end(list(tallies.values()), begun)


@main.command("locked")
@click.option("--seconds", default=30.0, show_default=True)
def locked(seconds: float) -> None:
    """Another program keeps the database locked: at the start, and with messages in hand."""
    begun = time.monotonic()
    tallies = {"in hand": disk.locked_in_hand(seconds), "at start": disk.locked_at_start(seconds)}
    click.echo(table(HEADINGS, [one.row("sqlite change", f"locked {name}") for name, one in tallies.items()]))
    end(list(tallies.values()), begun)


@main.command("clock")
def clock() -> None:
    """The time of day jumps under the running service (needs faketime: apt install faketime)."""
    if not clocks.library():
        raise click.ClickException("libfaketime is not installed; apt install faketime")
    begun, tallies = time.monotonic(), {name: Tally() for name in clocks.JUMPS}
    for name, tally in tallies.items():
        clocks.jump(name, tally, say)
    click.echo(table(HEADINGS, [one.row("sqlite monitor run", name) for name, one in tallies.items()]))
    end(list(tallies.values()), begun)


@main.command("drill")
@click.option("--readers", default=5000, show_default=True)
def retraction(readers: int) -> None:
    """A change is told by mail and then withdrawn: from the operator's command to the last hand-over (5 minutes)."""
    if trouble := drill.missing():
        raise click.ClickException(trouble)
    logs.quiet()
    begun, done = time.monotonic(), drill.drill(readers, say)
    click.echo(table(drill.HEADINGS, [done.row()]))
    click.echo("\n".join([*done.wrong, f"{len(done.wrong)} wrong; {time.monotonic() - begun:.0f} s"]))
    sys.exit(1 if done.wrong else 0)


@main.command("soak")
@click.option("--days", default=7, show_default=True)
@click.option("--readers", default=100_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def soaked(days: int, readers: int, seed: int) -> None:
    """Simulated days with a fault every minute; then every reader's messages are counted."""
    logs.quiet()
    logging.getLogger().setLevel(logging.CRITICAL)  # what is broken on purpose is told by the table
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    done = soak.soak(days, readers, seed=seed, say=say)
    click.echo(table(("what", "figure"), done.rows()))
    click.echo(table(("faults that hit", "times"), [[name, str(n)] for name, n in soak.kinds(done.hit).items()]))
    click.echo("\n".join(done.all_wrong()))
    sys.exit(1 if done.all_wrong() else 0)


@main.command("privacy")
@click.option("--readers", default=1003, show_default=True, help="a number that stands nowhere else")
@click.option("--erase", "erased", default=100, show_default=True)
def private(readers: int, erased: int) -> None:
    """A life of the service with marked readers; then every byte that it left or showed is searched for them."""
    logs.quiet()
    found = privacy.privacy(readers, erased, say)
    click.echo(table(("what", "figure"), found.rows()))
    click.echo("\n".join(found.wrong[:50]))
    sys.exit(1 if found.wrong else 0)


@main.command("backends")
@click.option("--runs", default=50, show_default=True)
def backends(runs: int) -> None:
    """PostgreSQL ends the service's connections, or crashes and comes back, at random moments."""
    begun = time.monotonic()
    tallies = {how: disk.backends(runs, how=how, say=say) for how in ("ask", "kill")}
    click.echo(table(HEADINGS, [one.row("postgres change", f"backends: {name}") for name, one in tallies.items()]))
    end(list(tallies.values()), begun)


@main.command("relays")
@click.option("--every", default=1, show_default=True, help="only each so-many-th point")
def smtp(every: int) -> None:
    """Every word of SMTP x every way to misbehave x first, middle and last recipient."""
    begun, rows = time.monotonic(), relays.sweep(every=every, say=say)
    lines = [[word, *map(str, (row.runs, row.right, row.sent, row.given_up, row.waited, row.repeats)),
              f"{row.delayed:.1f} s", str(len(row.wrong))] for word, row in rows.items()]  # fmt: skip
    click.echo(table(RELAYS, lines))
    finish([words for row in rows.values() for words in row.wrong], begun)


@main.command("endpoints")
def webhooks() -> None:
    """Webhook endpoints that misbehave in every way we know of, each among others that behave."""
    begun, rows = time.monotonic(), endpoints.sweep()
    lines = [[row.name, row.first, f"{row.pause:.0f} s" if row.pause else "", row.last, str(row.calls),
              f"{row.took:.1f} s", str(len(row.wrong))] for row in rows]  # fmt: skip
    click.echo(table(ENDPOINTS, lines))
    finish([f"{row.name}: {words}" for row in rows for words in row.wrong], begun)


RELAYS = ("word", "runs", "right", "sent", "given up", "waited", "repeats", "others stood still", "wrong")
ENDPOINTS = ("endpoint", "after one call", "next try in", "in the end", "calls", "neighbours served in", "wrong")
main.add_command(pages)
UNTRACED = ("drill", "pages", "relays", "endpoints", "soak", "privacy")
"""What kills nothing needs no strace."""


if __name__ == "__main__":
    main()
