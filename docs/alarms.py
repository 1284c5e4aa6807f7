"""Writes docs/alarms.md from the table in the code, so that it stays true.

    python -m docs.alarms
"""

from __future__ import annotations

from pathlib import Path

from monitor.core import alarms

PAGE = Path(__file__).with_name("alarms.md")


def made() -> str:
    """The whole page."""
    rows = [
        "# The alarms",
        "",
        "Made by `python -m docs.alarms` from the table in `monitor/core/alarms.py`; do not edit it by hand.",
        "",
        "Each alarm asks for a person: what mends itself is only a number. It is raised once, stands on the operators' page, in the",
        "log (`alarm`, with what to do) and in `monitor_alarms` of `/metrics`, and is mailed to `mail` of `[watch]` if that is set. When",
        f"it was not found for {alarms.CALM.seconds // 60} minutes it is over, and that is told the same ways.",
        "",
        "| alarm | raised when | what to do | holds the heartbeat back |",
        "|---|---|---|---|",
        *(f"| `{k.name}`: {k.says} | {k.when} | {k.do} | {k.stops or 'no'} |" for k in alarms.KINDS),
        "",
        "## What the audit asks",
        "",
        "Every 30 seconds, of the database alone. A message is *owed* from the moment it is written, or from the moment its reader wants",
        "it: the end of quiet hours, a turn in a chain. What waits for a digest is owed with the digest. A hand-over is confirmed when the",
        "relay (250 after the final dot) or the endpoint (2xx) has taken it and that is written down. That a change and its messages are",
        "written together is held by one transaction, not by the audit.",
        "",
        "## The canary",
        "",
        "`canary` of `[watch]` names a subscription of your own. Each day from six o'clock UTC it gets a test message, written, claimed, rendered",
        "and sent by the same code as an alert. If it is a webhook, the endpoint's answer proves that it arrived. If it is a mail, the",
        "relay's 250 proves that your relay took it, and no more: whether it reached the mailbox only the mailbox knows, so look",
        "there, or let the mailbox's own filter call a second dead-man's switch. The canary does not look at a page: whether pages are",
        "seen is told by `blind`, `overdue` and `stopped`.",
        "",
        "## The heartbeat",
        "",
        "`heartbeat` of `[watch]` (or `MONITOR_HEARTBEAT_URL`) is called by POST after each audit that found looking, delivering and itself",
        "well. An audit that cannot run calls nothing, and so does a machine that is off: that is what the switch is for. It is",
        "the only watch over the watch, and it should live with somebody else. Set its period to 2 minutes and its grace to 5.",
        "",
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
