"""`monitor export` and `monitor verify`: the evidence of one change as one file, and the check of such a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.opening import opened
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.evidence.report import Report
    from monitor.wiring import Parts

_SIGNS = {"good": "ok   ", "note": "note ", "open": "OPEN ", "wrong": "WRONG"}


@click.command()
@click.argument("event", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
              help="Where the pack goes; EVENT.zip if not given, - for standard output.")  # fmt: skip
@click.option("--head", is_flag=True, help="Print position, link and time, to note down elsewhere.")
@click.pass_context
def export(ctx: click.Context, event: str | None, out: Path | None, head: bool) -> None:
    """The evidence of a stored change as one ZIP, or with --head the head of the chain over all captures."""
    if head is (event is not None):
        raise click.UsageError("name a change, or ask for --head")
    with opened(ctx) as parts:
        if head:
            _print_head(parts)
        elif event is not None:
            _export(parts, event, out or Path(f"{event}.zip"))


def _print_head(parts: Parts) -> None:
    from monitor.evidence.papers import when

    newest = parts.store.chain_head()
    if newest is None:
        raise ConfigError("nothing was kept yet, so the chain has no head; start with monitor check")
    click.echo(f"{newest.position}:{newest.link} {when(parts.clock())}")


def _export(parts: Parts, event: str, out: Path) -> None:
    from monitor import __version__
    from monitor.evidence import gather, pack
    from monitor.evidence.seal import Seal

    change = gather.found(parts.store, event)
    if change is None:
        raise ConfigError(f"no change {event} is stored; monitor history lists them")
    found = gather.dossier(parts.store, change, parts.sources, program=__version__)
    if found is None:
        raise ConfigError(f"no capture of {event} is kept any more, so there is nothing to prove it with")
    made = pack.packed(found, Seal(parts.secret))
    if str(out) == "-":
        sys.stdout.buffer.write(made)
        return
    try:
        out.write_bytes(made)
    except OSError as error:
        raise ConfigError(f"cannot write {out}: {error.strerror}; name another place with --out") from error
    click.echo(f"{out}: {len(made)} bytes, chain at {found.head.position}:{found.head.link}")


@click.command()
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--head", "heads", multiple=True, metavar="[POSITION:]LINK",
              help="A link that was noted down elsewhere; may be given again.")  # fmt: skip
@click.option("--key", default="", metavar="KEY", help="The installation's public key, from its page /chain.")
@click.option("--database", is_flag=True, help="Compare the chain with the one in the configured database too.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def verify(ctx: click.Context, pack: Path, heads: tuple[str, ...], key: str, database: bool, as_json: bool) -> None:
    """Check a pack offline, and say what it proves and what it does not."""
    from monitor.evidence import check, unzip

    noted = [check.Noted.read(words) for words in heads]
    if None in noted:
        raise click.UsageError("a noted link has 64 signs, 0-9 and a-f; its position may stand before it with a colon")
    if key and not check.is_key(key):
        raise click.UsageError("a key has 64 signs, 0-9 and a-f")
    try:
        with pack.open("rb") as stream:
            data = stream.read(unzip.MOST_PACKED + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {pack}: {error.strerror}") from error
    given = [one for one in noted if one is not None]
    if database:
        with opened(ctx) as parts:
            report = check.check(data, heads=given, key=key, book=parts.store)
    else:
        report = check.check(data, heads=given, key=key)
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        _print(pack, report)
    if not report.sound:
        sys.exit(1)


def _print(pack: Path, report: Report) -> None:
    from monitor.evidence.papers import clean
    from monitor.evidence.words import NOT_PROVEN

    lines = [f"{pack.name}: {report.event} {report.headline}".rstrip(), ""]
    lines += [f"{_SIGNS[one.verdict.value]}  {one.says}" for one in report.findings]
    if report.proven:
        lines += ["", "What this proves:", *(f"- {one}" for one in report.proven)]
    lines += ["", "What it does not prove:", *(f"- {one}" for one in NOT_PROVEN), ""]
    lines.append("Nothing wrong was found." if report.sound else "DO NOT RELY ON THIS PACK: see WRONG and OPEN above.")
    for line in lines:
        click.echo(clean(line).encode("utf-8", "backslashreplace").decode())


COMMANDS = (export, verify)
