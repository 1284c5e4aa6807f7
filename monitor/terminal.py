"""What people see on a terminal: visits, changes and word diffs, in colour where there is one.

Never colour alone: removed words stand in [- -], added ones in {+ +}.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.core import compose
from monitor.core.words import spans
from monitor.model import (
    BlockKind,
    ChangeKind,
    Comparison,
    Cut,
    Finding,
    Outcome,
    Severity,
    SourceView,
    StoredChange,
    VisitRow,
)

SEVERITY_STYLE = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.NONE: "dim",
}
SEVERITY_WORD = {
    Severity.CRITICAL: "CRITICAL act now",
    Severity.HIGH: "HIGH review today",
    Severity.MEDIUM: "MEDIUM next digest",
    Severity.LOW: "LOW for the record",
    Severity.NONE: "no change in meaning",
}
OUTCOME_STYLE = {
    Outcome.FIRST: ("●", "green", "first capture, kept as the baseline"),
    Outcome.UNCHANGED: ("=", "dim", "unchanged"),
    Outcome.CHANGED: ("▲", "bold", "changed"),
    Outcome.REBASED: ("↻", "magenta", "the page was rebuilt; new baseline"),
    Outcome.BLOCKED: ("⊘", "yellow", "refused"),
    Outcome.UNAVAILABLE: ("✕", "yellow", "not reachable"),
    Outcome.UNREADABLE: ("?", "yellow", "not readable"),
    Outcome.IMPLAUSIBLE: ("!", "yellow", "not plausible"),
}


def reading(cut: Cut) -> dict[str, Any]:
    """What was read off a page, in short: level, issue date, headings in page order."""
    level, issued = cut.first("level"), cut.first("issued")
    headings = [section.heading for section in cut.sections] + [
        block.text for section in cut.sections for block in section.blocks
        if block.kind in (BlockKind.HEADING, BlockKind.LABEL)
    ]  # fmt: skip
    return {
        "level": int(level.value) if level else None,
        "issued": issued.value if issued else None,
        "headings": list(dict.fromkeys(heading.strip(" :") for heading in headings if heading)),
    }


def console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that honours NO_COLOR and pipes; long words are never cut in the middle."""
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def outcome(value: Outcome) -> Text:
    symbol, style, words = OUTCOME_STYLE[value]
    return Text(f"{symbol} {words}", style=style)


def severity(value: Severity) -> Text:
    return Text(f" {SEVERITY_WORD[value]} ", style=SEVERITY_STYLE[value])


def word_diff(before: str, after: str) -> Text:
    """One sentence with what went and what came marked by sign and colour."""
    out = Text()
    for span in spans(before, after):
        if span.op == "same":
            out.append(span.text)
            continue
        bare = span.text.strip()
        lead = span.text[: len(span.text) - len(span.text.lstrip())]
        tail = span.text[len(span.text.rstrip()) :]
        out.append(lead)
        if span.op == "removed":
            out.append(f"[-{bare}-]", style="red strike")
        else:
            if out.plain.endswith("-]"):
                out.append(" ")
            out.append(f"{{+{bare}+}}", style="bold green")
        out.append(tail)
    return out


def finding(found: Finding) -> Text:
    """The evidence of one finding: its words before and after."""
    change = found.change
    if change.before and change.after and change.kind is ChangeKind.EDITED:
        return word_diff(change.before, change.after)
    if change.after and change.kind is not ChangeKind.REMOVED:
        return Text(f"{{+{change.after}+}}", style="green")
    return Text(f"[-{change.before or ''}-]", style="red")


def comparison(out: Console, made: Comparison | StoredChange, *, quiet_findings: bool = False) -> None:
    """A judged change: severity, headline, sentences, then each finding with its evidence."""
    out.print(severity(made.severity), Text(" "), Text(made.headline, style="bold"), sep="")
    for sentence in made.sentences:
        out.print(Padding(Text("• " + sentence), (0, 2)))
    if made.note:
        out.print(Padding(Text(f"Publisher's own note: “{made.note}”", style="italic"), (0, 2)))
        if left_out := compose.unannounced(made.findings):
            out.print(Padding(Text(left_out), (0, 2)))
    findings(out, made.findings, quiet=quiet_findings)


def findings(out: Console, found: Sequence[Finding], *, quiet: bool = False) -> None:
    """Each finding under its section; those without meaning are counted unless `quiet` asks for all."""
    told = [f for f in found if quiet or f.severity is not Severity.NONE]
    place = None
    for one in told:
        here = " › ".join((one.change.section, *one.change.heading_path[-2:]))
        if here != place:
            out.print()
            out.print(Text(here, style="bold underline"))
            place = here
        head = Text(f"{one.severity.value}", style=SEVERITY_STYLE[one.severity])
        head.append(f"  {one.change.kind.value}", style="dim")
        head.append(f"  ({one.rule})", style="dim")
        out.print(Padding(head, (0, 2)))
        out.print(Padding(finding(one), (0, 4)))
    rest = len(found) - len(told)
    if rest:
        out.print()
        words = "1 more difference" if rest == 1 else f"{rest} more differences"
        out.print(Text(f"{words} without change of meaning (dates, places, form, links)", style="dim"))


def visits(out: Console, rows: Iterable[VisitRow]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("when", "outcome", "http", "seconds", "why"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(when(row.taken_at), outcome(row.outcome), str(row.status or "-"),
                      f"{row.elapsed:.2f}", Text(row.reason))  # fmt: skip
    out.print(table)


def overview(out: Console, views: Iterable[SourceView]) -> None:
    """Each source: how the last look ended, since when, and what it says now."""
    for view in views:
        state = view.state
        out.print(Text(view.destination_name, style="bold"), Text(f"  {state.source_id}", style="dim"))
        if state.last_outcome:
            out.print(Padding(outcome(state.last_outcome), (0, 2)))
        if state.last_reason:
            out.print(Padding(Text(state.last_reason), (0, 4)))
        if view.level:
            out.print(Padding(Text(f"Says now: {view.level}"), (0, 2)))
        since = f", failing since {when(state.failing_since)}" if state.failing_since else ""
        out.print(Padding(Text(f"Last verified: {when(state.last_good_at)}{since}", style="dim"), (0, 2)))
        if view.last_change:
            out.print(Padding(Text(f"Last change {when(view.last_change.taken_at)}: "
                                   f"{view.last_change.headline}"), (0, 2)))  # fmt: skip


def changes(out: Console, rows: Sequence[StoredChange]) -> None:
    if not rows:
        out.print("No changes are stored.")
    for row in rows:
        line = Text(f"{when(row.taken_at)}  ", style="dim")
        line.append(f"{row.event_id}  ")
        line.append(f"{row.severity.value:<8} ", style=SEVERITY_STYLE[row.severity])
        line.append(f"{row.state.value:<9} ", style="dim")
        line.append(row.headline)
        out.print(line)
