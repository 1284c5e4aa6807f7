"""`monitor replay`: recorded history through the whole pipeline, on the terminal or as JSON lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.padding import Padding
from rich.text import Text

from monitor import channels, sources, terminal, warc, wiring
from monitor.audience import Channel, Subscription, Wishes
from monitor.commands.comparing import target
from monitor.commands.progress import progress
from monitor.core import contacts
from monitor.errors import ConfigError
from monitor.model import Outcome, Severity, Source
from monitor.notify.files import FolderChannel
from monitor.replay import Replay, Seen, Told, write, write_told
from monitor.store import Store

DEFAULT_FOLDER = Path("replay-messages")
READER = Subscription(id="sub_replay", channel=Channel.FILE, address="",
                      created_at=datetime(1970, 1, 1, tzinfo=UTC), wishes=Wishes(floor=Severity.LOW))  # fmt: skip
"""Without other subscriptions, one reader of everything: what would have been sent."""


def run(
    config_path: Path | None, recordings: tuple[Path, ...], *, json_out: Path | None,
    database: str | None, out: Path | None, verbose: bool, table: Path | None = None,
) -> None:  # fmt: skip
    """Prints what would have been sent; writes the messages into a folder unless only JSON is asked for.

    `table` holds the contacts for whom it is asked; a contact is named by its line, never by its address.
    """
    config = wiring.configuration(config_path)
    folder = out or (None if json_out else DEFAULT_FOLDER)
    places = warc.places(recordings)
    site = channels.site(config)
    sender = FolderChannel(folder, site) if folder else _Nowhere()
    tally: Counter[str] = Counter()
    with ExitStack() as stack:
        store = Store.open(database or "sqlite://", durable=False)
        stack.callback(store.close)
        since = places[0].taken_at if places else READER.created_at
        for reader in _readers(table, config.sources, places, since) if table else ():
            store.add_subscription(reader)
        if not any(sub.active for sub in store.subscriptions()):
            store.add_subscription(READER)
        lines = stack.enter_context(target(json_out)) if json_out else None
        replay = Replay(store, config.sources, dict.fromkeys(Channel, sender), wiring.noticer(config))
        for seen in progress(replay.run(warc.pages(places)), len(places), "replaying"):
            tally[seen.visit.outcome.value] += 1
            tally["messages"] += len(seen.earlier) + len(seen.told)
            if lines is not None:
                write(lines, seen)
            else:
                _show(seen, verbose)
        late = replay.finish()
        tally["messages"] += len(late)
        if lines is not None:
            write_told(lines, late)
        else:
            _show_told(late)
    if lines is None:
        _total(tally, len(places), folder)


def _readers(
    table: Path, watched: Iterable[Source], places: Iterable[warc.Place], since: datetime
) -> tuple[Subscription, ...]:
    """The contacts of a table as readers from the first capture on. Raises ConfigError that names every bad line."""
    try:
        text = contacts.decoded(table.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {table}: {error.strerror}") from error
    recorded = [sources.source_for(url, b"") for url in dict.fromkeys(place.url for place in places)]
    known = contacts.names([*recorded, *watched])
    found, troubles = contacts.read(text, known, valid=wiring.mail_address)
    if troubles:
        raise ConfigError(f"{table} cannot be used:\n" + "\n".join(f"  {one}" for one in troubles))
    if not found:
        raise ConfigError(f"{table} names no contact; under the line of columns each line is one")
    return tuple(
        Subscription(id=f"line_{one.line}", channel=one.channel, address=one.address, wishes=one.wishes,
                     created_at=since)
        for one in found
    )  # fmt: skip


class _Nowhere:
    """Hands messages to nobody: the replay only counts them."""

    def render(self, notice: object, delivery: object) -> bytes:
        return b""

    def send(self, delivery: object, message: bytes) -> str:
        return "not written"


def _show(seen: Seen, verbose: bool) -> None:
    _show_told(seen.earlier)
    if seen.visit.outcome is Outcome.UNCHANGED:
        return
    out = terminal.console()
    line = Text(terminal.when(seen.visit.taken_at) + "  ", style="dim")
    line.append(f"{seen.source.id}  ", style="dim")
    line.append_text(terminal.outcome(seen.visit.outcome))
    out.print(line)
    if seen.visit.reason:
        out.print(Text("    " + seen.visit.reason, style="dim"))
    found = seen.visit.comparison
    if found is not None and seen.visit.outcome.news:
        if verbose:
            terminal.comparison(out, found)
        elif found.severity is not Severity.NONE:
            line = Text.assemble(terminal.severity(found.severity), (f" {found.headline}", "bold"))
            out.print(Padding(line, (0, 0, 0, 4)))
            for sentence in found.sentences[:3]:
                out.print(Padding(Text(f"• {sentence}"), (0, 0, 0, 6)))
        else:
            out.print(Text("    nothing that matters: dates, places, form or links", style="dim"))
    for told in seen.told:
        out.print(Padding(_message(told), (0, 0, 0, 4)))
    if found is not None and found.severity is not Severity.NONE and not seen.told:
        out.print(Text("    → no message now: told already, or waiting for the same edit elsewhere", style="dim"))


def _show_told(late: Iterable[Told]) -> None:
    out = terminal.console()
    for told in late:
        out.print(Text(f"{terminal.when(told.taken_at)}  ", style="dim"), _message(told))


def _message(told: Told) -> Text:
    kind = "message" if told.notice.kind == "notice" else told.notice.kind
    to = told.delivery.subscription_id
    who = f" to {to.replace('_', ' ')}" if to != READER.id else ""
    return Text(f"→ {kind}{who}: {told.notice.severity.value}, {told.notice.headline}", style="green")


def _total(tally: Counter[str], records: int, folder: Path | None) -> None:
    out = terminal.console()
    out.print()
    out.print(Text(f"{records} captures: " + ", ".join(
        f"{tally[o.value]} {o.value}" for o in Outcome if tally[o.value]), style="bold"))  # fmt: skip
    where = f", written to {folder}/" if folder else ""
    out.print(Text(f"{tally['messages']} messages would have been sent{where}"))
