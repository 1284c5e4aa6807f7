"""Writes docs/rules.md from the tables in the code, so that it stays true.

    python -m docs.rules
"""

from __future__ import annotations

from pathlib import Path

from monitor.core import align, classify, lexicon, text

PAGE = Path(__file__).with_name("rules.md")
_ASKS = {"critical": "act now", "high": "review today", "medium": "next digest", "low": "for the record", "none": "not sent"}
_WEIGHTS = {
    "now": "act now when new", "acute": "urgent when dated, going on, or among the warnings",
    "natural": "urgent when dated and severe", "slow": "matters when dated, going on, or about entry",
    "risk": "matters when new on the page",
}  # fmt: skip


def made() -> str:
    """The whole page."""
    limits = align.THRESHOLDS
    rows = [
        "# The rules",
        "",
        "Made by `python -m docs.rules` from the tables in `monitor/core/`; do not edit it by hand.",
        "",
        "## Severity",
        "",
        "Each change is held against these lines from top to bottom; the first that fits decides. A change of a page weighs what",
        "its heaviest finding weighs.",
        "",
        "| rule | severity | when |",
        "|---|---|---|",
        *(f"| `{r.name}` | {r.severity.value}: {_ASKS[r.severity.value]} | {r.says} |" for r in classify.RULES),
        "",
        "## Signs",
        "",
        "What a sentence can say. A sign is *over* if a word such as lifted, ended, reopened or no longer stands near it.",
        "",
        "| sign | moves the fact | weight |",
        "|---|---|---|",
        *(f"| {s.name} | `{s.fact}` | {_WEIGHTS[s.weight.value]} |" for s in lexicon.SIGNS),
        "",
        "## Normalisation",
        "",
        "Two texts that differ only in these ways say the same.",
        "",
        "| rule | why |",
        "|---|---|",
        *(f"| `{r.name}` | {r.why} |" for r in text.RULES + text.KEY_RULES),
        "",
        "## Alignment",
        "",
        "Sentences are matched by what they say, wherever they stand: equal, moved, split or merged. What is left is an edit from a",
        f"likeness of {limits.same_path} under one heading, {limits.other_path} across headings, {limits.short} for up to "
        f"{align.SHORT_WORDS} words,",
        f"{limits.headings} between headings; the rest was added or removed. The only answer under a label, a telephone number, an",
        "item of a list of advice and a sentence of travel advice are matched only in their own place.",
        "",
    ]  # fmt: skip
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
