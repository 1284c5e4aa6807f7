"""`monitor compare`: two saved captures, without database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.text import Text

from monitor import sources, terminal, wiring
from monitor.commands.progress import progress
from monitor.core import text, verdict
from monitor.errors import ConfigError
from monitor.model import Comparison, Source


def named(config_path: Path | None, source_id: str) -> Source:
    """The configured source with this id; raises ConfigError that lists the known ones."""
    sources_ = wiring.configuration(config_path).sources
    found = next((source for source in sources_ if source.id == source_id), None)
    if found is None:
        raise ConfigError(f"no source {source_id}; config.toml has: {', '.join(s.id for s in sources_)}")
    return found


def pair(
    before: Path, after: Path, *, url: str, source: Source | None, json_out: Path | None, explain: bool
) -> None:
    """Prints, or writes as one JSON line, what changed between two files."""
    old, new = before.read_bytes(), after.read_bytes()
    found = verdict.compare(old, new, url=url or (source.url if source else ""), source=source)
    if json_out is not None:
        with target(json_out) as out:
            out.write(json.dumps(found.to_dict(), ensure_ascii=False) + "\n")
        return
    out_console = terminal.console()
    if not found.outcome.good:
        out_console.print(terminal.outcome(found.outcome), Text(found.reason))
        return
    if found.reason:
        out_console.print(Text(found.reason, style="magenta"))
    terminal.comparison(out_console, found, quiet_findings=explain)
    if explain:
        _explain(found, (source or sources.source_for(url, new)).kind)


def _explain(found: Comparison, kind: str) -> None:
    """Which adapter cut the pages, and which normalisation rules made words equal."""
    out = terminal.console()
    out.print()
    out.print(Text(f"Read by the adapter {kind!r}.", style="bold"))
    fired: dict[str, int] = {}
    for finding in found.findings:
        for name in text.fired(finding.change.before or "", finding.change.after or ""):
            fired[name] = fired.get(name, 0) + 1
    for rule in text.RULES + text.KEY_RULES:
        if rule.name in fired:
            out.print(f"  {rule.name} ({fired[rule.name]}×): {rule.why}")


def batch(pairs: Path, json_out: Path | None) -> None:
    """One answer line per input line, in order; a line that is not JSON stops with its number."""
    total = sum(1 for _ in pairs.open("rb"))
    with pairs.open(encoding="utf-8") as lines, target(json_out or Path("-")) as out:
        for number, line in progress(enumerate(lines, 1), total, "comparing"):
            if line.strip():
                out.write(json.dumps(_answer(line, number, pairs), ensure_ascii=False) + "\n")


def _answer(line: str, number: int, pairs: Path) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        before, after, url = asked.get("before"), asked.get("after"), asked.get("url") or ""
    except (ValueError, AttributeError) as error:
        raise ConfigError(f"{pairs}: line {number} is not a JSON object: {error}") from error
    for side in (before, after):
        if side is not None and not isinstance(side, str):
            raise ConfigError(f"{pairs}: line {number}: before and after are texts or null")
    return {"id": asked.get("id")} | verdict.compare(before, after, url=url).to_dict()


@contextmanager
def target(path: Path) -> Iterator[TextIO]:
    """The file, or standard output for `-`; raises ConfigError if it cannot be written."""
    if str(path) == "-":
        yield sys.stdout
        return
    try:
        out = path.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}; choose another place") from error
    with out:
        yield out
