"""The commands about people: who is told, organisations, corrections, what came back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from monitor.commands.opening import opened


def _severity(ctx: click.Context, parameter: click.Parameter, value: str) -> Any:
    from monitor.model import Severity

    return Severity(value)


def _quiet(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    if not value:
        return None
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)", value.strip())
    if match is None:
        raise click.BadParameter("write it like 22:00-06:00", ctx, parameter)
    first, second = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
    if first == second:
        raise click.BadParameter("quiet hours begin and end at different times", ctx, parameter)
    return first, second


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHANNELS = ("mail", "webhook", "slack", "mattermost", "teams", "apprise", "file")


@click.command()
@click.argument("address", required=False)
@click.option("--destination", "-d", multiple=True, help="Name or key; may be given again. All if not given.")
@click.option("--channel", type=click.Choice(_CHANNELS), help="Guessed from the address if not given.")
@click.option("--from-severity", "floor", type=click.Choice(["low", "medium", "high", "critical"]),
              default="low", show_default=True, callback=_severity)  # fmt: skip
@click.option("--posture", is_flag=True, help="Only level, areas, departure, embassy and movement.")
@click.option("--section", "sections", multiple=True,
              type=click.Choice(["safety", "entry", "health", "laws", "contact", "other"]),
              help="Only this part of the page (and what is critical); may be given again.")  # fmt: skip
@click.option("--cadence", type=click.Choice(["immediate", "daily", "weekly"]), default="immediate", show_default=True)
@click.option("--hour", type=click.IntRange(0, 23), default=7, show_default=True, help="Of a digest.")
@click.option("--weekday", type=click.Choice(_DAYS), default="monday", show_default=True, help="Of a weekly digest.")
@click.option("--quiet", callback=_quiet, metavar="22:00-06:00", help="Keep messages back until these end.")
@click.option("--critical-waits", is_flag=True, help="Critical messages keep to quiet hours and digests, too.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone, like Africa/Bamako.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--form", type=click.Choice(["full", "thin", "short"]), default="full", show_default=True,
              help="Of mails: thin is under 10 KB, short is 160 characters for SMS gateways.")  # fmt: skip
@click.option("--verified", is_flag=True, help="Send a digest also when nothing changed.")
@click.option("--no-blindness", is_flag=True, help="Do not tell when a destination cannot be seen.")
@click.option("--ask", is_flag=True, help="Send a mail that asks to confirm, instead of subscribing at once.")
@click.option("--again", is_flag=True, help="Subscribe also an address that was erased.")
@click.option("--list", "listing", is_flag=True, help="Show who is subscribed (ids, not addresses).")
@click.option("--remove", metavar="ID|ADDRESS", help="End this subscription.")
@click.option("--erase", metavar="ID|ADDRESS", help="End it and forget its address and what it asked for.")
@click.option("--pause", metavar="ID|ADDRESS", help="Send it nothing until --resume.")
@click.option("--resume", metavar="ID|ADDRESS", help="Go on after a pause or a suspension.")
@click.option("--rotate", metavar="ID|ADDRESS", help="Give this webhook a new signing secret.")
@click.option("--test", "test_id", metavar="ID|ADDRESS", help="Send it a test message now.")
@click.pass_context
def subscribe(ctx: click.Context, address: str | None, destination: tuple[str, ...], channel: str | None,
              **options: Any) -> None:  # fmt: skip
    """Add a person (e-mail), an endpoint (https://...) or a folder that is told of changes."""
    from monitor.audience import SubscriptionState
    from monitor.commands import subscribing

    asked = [name for name in ("listing", "remove", "erase", "pause", "resume", "rotate", "test_id") if options[name]]
    if len(asked) + bool(address) > 1:
        raise click.UsageError("one thing at a time: an address to subscribe, or one of --list, --remove, --pause, ...")
    with opened(ctx) as parts:
        if options["listing"]:
            subscribing.listing(parts.store)
        elif options["remove"]:
            subscribing.remove(parts, subscribing.named(parts, options["remove"]))
        elif options["erase"]:
            subscribing.erase(parts, subscribing.named(parts, options["erase"]))
        elif options["pause"]:
            subscribing.move(parts, subscribing.named(parts, options["pause"]), SubscriptionState.PAUSED)
        elif options["resume"]:
            subscribing.move(parts, subscribing.named(parts, options["resume"]), SubscriptionState.ACTIVE)
        elif options["rotate"]:
            subscribing.rotate(parts, subscribing.named(parts, options["rotate"]))
        elif options["test_id"]:
            ctx.exit(not subscribing.test_message(parts, subscribing.named(parts, options["test_id"])))
        elif address:
            subscribing.add(parts, address, destination, channel, _wishes(options), ask=options["ask"],
                            again=options["again"])  # fmt: skip
        else:
            raise click.UsageError("give an address, --list, or one of --remove, --pause, ... with an ID")


def _wishes(options: dict[str, Any]) -> Any:
    from monitor.audience import Cadence, Form, Language, Scope, Wishes

    if options["posture"] and options["sections"]:
        raise click.UsageError("--posture and --section leave each other nothing; give one of them")
    scope = Scope.POSTURE if options["posture"] else Scope.SECTIONS if options["sections"] else Scope.EVERYTHING
    return Wishes(
        scope=scope, sections=tuple(sorted(set(options["sections"]))), floor=options["floor"],
        cadence=Cadence(options["cadence"]), hour=options["hour"], weekday=_DAYS.index(options["weekday"]),
        quiet=options["quiet"], critical_at_once=not options["critical_waits"], zone=options["zone"],
        language=Language(options["language"]), form=Form(options["form"]), verified=options["verified"],
        blindness=not options["no_blindness"])  # fmt: skip


@click.command()
@click.argument("event")
@click.option("--words", required=True, help="What was wrong, and what holds instead: one or two sentences.")
@click.pass_context
def correct(ctx: click.Context, event: str, words: str) -> None:
    """Correct what was told: to everybody who got EVENT, and to nobody else."""
    from monitor.audience import MessageKind
    from monitor.commands import correcting

    with opened(ctx) as parts:
        correcting.announce(parts, event, MessageKind.CORRECTION, words)


@click.command()
@click.argument("event")
@click.option("--reason", required=True, help="Why it is withdrawn: one or two sentences.")
@click.pass_context
def withdraw(ctx: click.Context, event: str, reason: str) -> None:
    """Take back what was told: to everybody who got EVENT; what has not gone out stays."""
    from monitor.audience import MessageKind
    from monitor.commands import correcting

    with opened(ctx) as parts:
        correcting.announce(parts, event, MessageKind.WITHDRAWAL, reason)


@click.command()
@click.argument("name", required=False)
@click.option("--import", "table", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Add the contacts of this table (CSV); all of them or none.")  # fmt: skip
@click.option("--again", is_flag=True, help="With --import: add also addresses that were erased.")
@click.option("--wait", metavar="MINUTES", type=click.FloatRange(0, 1440),
              help="Tell the next contact when nobody acknowledged a critical notice for so long; 0: all at once.")
@click.option("--acknowledge", "event", metavar="EVENT", help="Note that the contact --by saw this critical notice.")
@click.option("--by", metavar="ID", help="The contact, for --acknowledge.")
@click.option("--list", "listing", is_flag=True, help="Show all organisations.")
@click.option("--template", is_flag=True, help="Print a table to fill in.")
@click.pass_context
def group(ctx: click.Context, name: str | None, table: Path | None, wait: float | None, event: str | None,
          by: str | None, listing: bool, template: bool, again: bool) -> None:  # fmt: skip
    """An organisation: several contacts, from a table, told one after another of what is critical."""
    from monitor.commands import organising

    if template:
        organising.template()
        return
    with opened(ctx) as parts:
        if listing or name is None:
            organising.listing(parts)
        elif event:
            if not by:
                raise click.UsageError("--acknowledge needs --by ID: who saw it")
            organising.acknowledge(parts, name, event, by)
        elif table is not None or wait is not None:
            organising.enrol(parts, name, table, None if wait is None else wait * 60, again=again)
        else:
            organising.show(parts, name)


@click.command()
@click.argument("mailbox", type=click.Path(exists=True, path_type=Path))
@click.pass_context
def bounces(ctx: click.Context, mailbox: Path) -> None:
    """Read what relays sent back (an mbox file, a Maildir or one message); two hard bounces suspend."""
    from monitor.commands import returning

    with opened(ctx) as parts:
        returning.read(parts, mailbox)


COMMANDS = (subscribe, group, correct, withdraw, bounces)
