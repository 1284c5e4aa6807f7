"""The commands. Heavy modules are imported inside them, so that `--help` is quick.

Exit codes: 0 done, 1 something needs a person, 2 wrong use.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from monitor import __version__
from monitor.commands import keys, people, proving, safekeeping
from monitor.commands.opening import opened
from monitor.errors import MonitorError

NEEDS_A_PERSON = 1


class Commands(click.Group):
    """Lists commands in the order of use, and turns our errors into one plain line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MonitorError as error:
            click.echo(f"monitor: {error}", err=True)
            ctx.exit(NEEDS_A_PERSON)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
@click.option("--config", type=click.Path(path_type=Path), envvar="MONITOR_CONFIG",
              help="Configuration file; ./config.toml if not given.")  # fmt: skip
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Watches government travel advisories and tells what changed.

    Start with `monitor demo` (a recorded story, offline), then `monitor run`.
    """
    ctx.obj = config


for _command in (*people.COMMANDS, *keys.COMMANDS, *safekeeping.COMMANDS):
    main.add_command(_command)


# --------------------------------------------------------------------------------------
# The service
# --------------------------------------------------------------------------------------
@main.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Everything on one machine: scheduler, deliveries and the status page. Ctrl-C stops it."""
    from monitor.commands import running

    with opened(ctx) as parts:
        running.run(parts)


@main.command()
@click.pass_context
def schedule(ctx: click.Context) -> None:
    """Only the scheduler, for several machines: gives out what is due. Any number of them is harmless."""
    from monitor.commands import running

    with opened(ctx) as parts:
        running.schedule_only(parts)


@main.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Only a worker, for several machines: looks, delivers, settles. Start as many as you like."""
    from monitor.commands import running

    with opened(ctx) as parts:
        running.work_only(parts)


@main.command()
@click.pass_context
def web(ctx: click.Context) -> None:
    """Only the pages."""
    from monitor.commands import running

    with opened(ctx) as parts:
        running.show_only(parts)


@main.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database's tables to this version, before other processes start. Harmless to repeat."""
    from monitor.commands import moving

    moving.bring_up(ctx.obj)


@main.command("migrate-to")
@click.argument("url", envvar="MONITOR_TARGET_URL")
@click.pass_context
def migrate_to(ctx: click.Context, url: str) -> None:
    """Copy this SQLite installation to PostgreSQL at URL, and prove that all of it arrived. May be repeated.

    MONITOR_TARGET_URL in the environment takes the place of URL, for one that holds a password.
    """
    from monitor.commands import moving

    moving.move(ctx.obj, url)


@main.command()
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Set up what is missing, then run the whole test suite."""
    from monitor import testing

    sys.exit(testing.main(list(arguments)))


@main.command()
@click.option("--port", default=0, help="Port of the status page; 0 picks a free one.")
@click.option("--seconds", default=1.6, show_default=True, help="Seconds between two beats of the story.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Where messages and database go; a new temporary folder if not given.")  # fmt: skip
@click.option("--stay/--leave", default=None, help="Keep the pages up at the end (default on a terminal).")
def demo(port: int, seconds: float, folder: Path | None, stay: bool | None) -> None:
    """The whole service on a recorded story, offline, in about a minute."""
    from monitor.commands import demo as story

    story.play(port=port, seconds=seconds, folder=folder, stay=sys.stdout.isatty() if stay is None else stay)


# --------------------------------------------------------------------------------------
# Looking
# --------------------------------------------------------------------------------------
@main.command()
@click.argument("source", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each visit on standard output.")
@click.pass_context
def check(ctx: click.Context, source: tuple[str, ...], as_json: bool) -> None:
    """One pass over the sources now (all, or those named), with record and deliveries."""
    from monitor import terminal

    with opened(ctx) as parts:
        trouble = 0
        for one in parts.named(source):
            made, recorded = parts.check(one)
            trouble += not made.outcome.good
            if as_json:
                from monitor.replay import Seen

                read = terminal.reading(made.cut) if made.cut else {}
                row = Seen(visit=made, source=one).to_dict() | {"read": read}
                click.echo(json.dumps(row, ensure_ascii=False))
            else:
                _show_visit(made, recorded)
        parts.settle_held()
        sent = parts.deliver_due()
        if not as_json and sent:
            click.echo(f"{sent} message{'' if sent == 1 else 's'} handed over; e-mail goes {parts.where_mail_goes()}")
    if trouble:
        sys.exit(NEEDS_A_PERSON)


def _show_visit(made: Any, recorded: Any) -> None:
    from rich.text import Text

    from monitor import terminal

    out = terminal.console()
    out.print(Text(made.source.id, style="bold"), terminal.outcome(made.outcome))
    if made.reason:
        out.print(Text("  " + made.reason))
    if made.cut is not None:
        read = terminal.reading(made.cut)
        if read["level"]:
            out.print(Text(f"  Level {read['level']}" + (f", issued {read['issued']}" if read["issued"] else "")))
        if read["headings"]:
            out.print(Text("  Headings: " + " · ".join(read["headings"][:24]), style="dim"))
    if made.comparison is not None and made.outcome.news:
        terminal.comparison(out, made.comparison)
        if recorded.event_id:
            out.print(Text(f"  Look again with: monitor show {recorded.event_id}", style="dim"))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "json_out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
              help="Write one JSON line per visit and message to this file (- for standard output).")  # fmt: skip
@click.option("--database", help="Keep the result in this database (a URL); in memory if not given.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the messages; ./replay-messages without --json, none with it.")  # fmt: skip
@click.option("--subscriptions", "table", metavar="CONTACTS.csv",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Contacts for whom to list the messages, named by their lines; a reader of everything if not given.")
@click.option("-v", "--verbose", is_flag=True, help="Show each finding with its words.")
@click.pass_context
def replay(
    ctx: click.Context, files: tuple[Path, ...], json_out: Path | None, database: str | None,
    out: Path | None, verbose: bool, table: Path | None,
) -> None:  # fmt: skip
    """Recorded history (WARC files) through the whole pipeline: what would have been sent."""
    from monitor.commands import replaying

    if table is not None and database is not None:
        raise click.UsageError("--subscriptions asks what would be, so nothing is kept: leave --database out")
    replaying.run(ctx.obj, files, json_out=json_out, database=database, out=out, verbose=verbose, table=table)


@main.command()
@click.argument("before", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="", help="Address the pages came from; picks the adapter.")
@click.option("--source", "source_id", metavar="ID", help="Read the pages as this source of config.toml.")
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON lines with id, url, before, after.")  # fmt: skip
@click.option("--json", "json_out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
              help="Write JSON lines to this file (- for standard output).")  # fmt: skip
@click.option("--explain", is_flag=True, help="Show also what does not count, and the rules that say so.")
@click.pass_context
def compare(
    ctx: click.Context, before: Path | None, after: Path | None, url: str, source_id: str | None,
    batch: Path | None, json_out: Path | None, explain: bool,
) -> None:  # fmt: skip
    """Two saved captures of one page, without database: what changed."""
    from monitor.commands import comparing

    if batch is None and (before is None or after is None):
        raise click.UsageError("name two saved pages, or a file with --batch")
    if batch is not None:
        comparing.batch(batch, json_out)
    else:
        assert before is not None and after is not None
        source = comparing.named(ctx.obj, source_id) if source_id else None
        comparing.pair(before, after, url=url, source=source, json_out=json_out, explain=explain)


# --------------------------------------------------------------------------------------
# Looking back
# --------------------------------------------------------------------------------------
@main.command()
@click.argument("event", required=False)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, event: str | None, as_json: bool) -> None:
    """Where every source stands, or one stored change with its evidence."""
    from monitor.commands import looking_back

    with opened(ctx) as parts:
        looking_back.show(parts.store, event, as_json=as_json)


@main.command()
@click.argument("event")
@click.option("--form", "forms", multiple=True, metavar="FORM",
              help="text, html, mail, thin, digest, sms, webhook, slack, mattermost, teams, atom, json, csv or cap;"
              " may be given again. The text of the mail if not given, all with --out.")  # fmt: skip
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="The reader's time zone.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write each form into this folder.")
@click.pass_context
def preview(ctx: click.Context, event: str, forms: tuple[str, ...], out: Path | None, language: str,
            zone: str) -> None:  # fmt: skip
    """A stored change in every form in which somebody could get it; nothing is sent."""
    from monitor.audience import Language, Wishes
    from monitor.commands import previewing

    if unknown := sorted(set(forms) - set(previewing.FORMS)):
        raise click.UsageError(f"no form {unknown[0]}; there are {', '.join(previewing.FORMS)}")
    with opened(ctx) as parts:
        previewing.preview(parts, event, forms, out, Wishes(language=Language(language), zone=zone))


@main.command()
@click.argument("source", required=False)
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def history(ctx: click.Context, source: str | None, limit: int, as_json: bool) -> None:
    """The stored changes, newest first; with a source id, every visit to it."""
    from monitor.commands import looking_back

    with opened(ctx) as parts:
        looking_back.history(parts.store, parts.known(source), limit=limit, as_json=as_json)


@main.command()
@click.argument("source")
@click.argument("snapshots", nargs=-1, type=int)
@click.pass_context
def diff(ctx: click.Context, source: str, snapshots: tuple[int, ...]) -> None:
    """Word diff of two stored snapshots of a source: the last two, or those with the given numbers."""
    from monitor.commands import looking_back

    with opened(ctx) as parts:
        looking_back.diff(parts.store, parts.source(source), snapshots)


for _command in proving.COMMANDS:
    main.add_command(_command)


# --------------------------------------------------------------------------------------
# Upkeep
# --------------------------------------------------------------------------------------
@main.command()
@click.option("--offline", is_flag=True, help="Leave out everything that needs the network.")
@click.option("--brief", is_flag=True, help="Only what a health check asks: can the database be used?")
@click.pass_context
def doctor(ctx: click.Context, offline: bool, brief: bool) -> None:
    """Configuration, database and reachability, explained."""
    from monitor.commands import doctor as physician

    if physician.glance(ctx.obj) if brief else physician.examine(ctx.obj, offline=offline):
        sys.exit(NEEDS_A_PERSON)


