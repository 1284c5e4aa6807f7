"""The commands about who is an operator: the password, and tokens for programs."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from monitor.commands.opening import opened
from monitor.errors import ConfigError

VARIABLE = "MONITOR_OPERATOR_PASSWORD_HASH"


@click.command()
def password() -> None:
    """Make the hash of an operators' password; asks for it twice, or reads one line."""
    from monitor import passwords

    if sys.stdin.isatty():
        said = click.prompt("New password", hide_input=True, confirmation_prompt="Once more", err=True)
    else:
        said = sys.stdin.readline().rstrip("\r\n")
    try:
        made = passwords.hashed(said)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{VARIABLE}={made}")
    click.echo("Put this line into the environment of the service, or what stands behind = into a file that "
               f"{VARIABLE}_FILE names; then start it again.", err=True)  # fmt: skip


@click.command()
@click.argument("name", required=False)
@click.option("--days", type=click.IntRange(1, 3650), help="End it after so many days; else it lasts.")
@click.option("--list", "listing", is_flag=True, help="Show the tokens and open sessions (ids, not what opens).")
@click.option("--revoke", metavar="ID", help="Let this token, or session, open nothing any more.")
@click.pass_context
def token(ctx: click.Context, name: str | None, days: int | None, listing: bool, revoke: str | None) -> None:
    """A token for a program (API, metrics, private feeds); shown once, and kept only as its hash."""
    import secrets

    if sum((name is not None, listing, revoke is not None)) != 1:
        raise click.UsageError("give a name for a new token, or --list, or --revoke ID")
    with opened(ctx) as parts:
        now = parts.clock()
        if listing:
            for one in parts.store.passes():
                ends = f"until {one.expires_at:%Y-%m-%d %H:%M}" if one.expires_at else "no end"
                used = f"used {one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never used"
                click.echo(f"{one.id}  {one.kind:7}  made {one.created_at:%Y-%m-%d %H:%M}  {used}  {ends}  {one.name}")
        elif revoke is not None:
            if len(revoke) != 12 or not parts.store.revoke_pass(revoke):
                raise ConfigError(f"no token or session {revoke}; `monitor token --list` shows the ids")
            click.echo(f"{revoke} opens nothing any more")
        else:
            assert name is not None
            if not name.strip() or not name.isprintable() or len(name) > 80:
                raise click.UsageError("a name is one line of at most 80 characters")
            made = secrets.token_urlsafe(32)
            ends_at = now + timedelta(days=days) if days else None
            kept = parts.store.issue_pass(made, kind="token", name=name.strip(), now=now, expires_at=ends_at)
            click.echo(made)
            click.echo(f"Token {kept.id} for {kept.name}. It is shown this once. Send it as `Authorization: Bearer ...`"
                       " or as the password of a feed reader.", err=True)  # fmt: skip


COMMANDS = (password, token)
