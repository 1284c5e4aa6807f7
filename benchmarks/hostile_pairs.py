"""What hostile pairs cost: time and memory of one comparison, over texts made to hurt.

    python -m benchmarks.hostile_pairs [--size 1000000] [--only words]

Each text of `shapes` is put into each publisher's page and compared with what an edit made of it. Prints
the slowest and the largest, writes benchmarks/results/hostile_pairs.json with machine details, and ends
with 1 if a comparison raised, or took more than 2 s or 200 MB for a megabyte on either side.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import multiprocessing
import platform
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SECONDS, MEGABYTES = 2.0, 200.0
"""The limits per pair, for one megabyte on each side."""

Pair = tuple[str, str]


# --------------------------------------------------------------------------------------
# Texts
# --------------------------------------------------------------------------------------
def _filled(size: int, piece: Callable[[int], str]) -> list[str]:
    made, total = [], 0
    while total < size:
        made.append(piece(len(made)))
        total += len(made[-1]) + 7
    return made


def _paragraphs(pieces: list[str]) -> str:
    return "".join(f"<p>{piece}</p>" for piece in pieces)


_NOUNS = "crime attacks roads floods police water visas borders cholera fuel strikes mines hotels airports".split()
_PLACES = "Kayes Sikasso Mopti Gao Kidal Bamako Nara Kita San Djenné".split()
_VERBS = "happen closed reopened resumed ended increased spread lifted cancelled postponed".split()


def _sentence(rnd: random.Random) -> str:
    return (f"{rnd.choice(_NOUNS).capitalize()} {rnd.choice(_VERBS)} near {rnd.choice(_PLACES)} and "
            f"{rnd.choice(_NOUNS)} {rnd.choice(_VERBS)} within {rnd.randint(1, 9000)} km.")  # fmt: skip


def shapes(size: int) -> Iterator[tuple[str, Pair]]:
    """(name, (markup before, markup after)), each about `size` bytes."""
    rnd = random.Random(11)
    many = _filled(size, lambda n: " ".join(_sentence(rnd) for _ in range(4)))
    yield "sentences in another order", (_paragraphs(many), _paragraphs(rnd.sample(many, len(many))))
    yield "every sentence another", (_paragraphs(many), _paragraphs(
        _filled(size, lambda n: " ".join(_sentence(rnd) for _ in range(4)))))  # fmt: skip
    yield "every sentence edited", (_paragraphs(many), _paragraphs([p.replace(" and ", " or ") for p in many]))
    yield "all gone", (_paragraphs(many), "<p>Nothing is left.</p>")
    yield "all new", ("<p>Nothing was here.</p>", _paragraphs(many))
    few = _filled(size, lambda n: "Do not travel to the north of the country for any reason.")
    yield "one sentence over and over", (_paragraphs(few), _paragraphs(few[: len(few) // 2]))
    yield "one paragraph without an end", (
        "<p>" + " ".join(rnd.choice(_NOUNS) for _ in range(size // 7)) + "</p>",
        "<p>" + " ".join(rnd.choice(_NOUNS) for _ in range(size // 7)) + "</p>")  # fmt: skip
    yield "one word without an end", ("<p>" + "a" * size + "</p>", "<p>" + "a" * (size - 1) + "b</p>")
    yield "two letters in turn", ("<p>" + "a b " * (size // 4) + "</p>", "<p>" + "b a " * (size // 4) + "</p>")
    yield "digits", ("<p>" + "1234567890 " * (size // 11) + "</p>", "<p>" + "1234 567890 " * (size // 12) + "</p>")
    yield "telephones", tuple(_paragraphs(_filled(size, lambda n, k=k: f"Call +223 {n + k:04d} {n:04d} or (0{k}) {n}."))
                              for k in (1, 2))  # type: ignore[misc]  # fmt: skip
    yield "addresses", ("<p>" + "a@b.c." * (size // 6) + "</p>", "<p>" + "a.a@" * (size // 4) + "</p>")
    yield "dates", tuple(_paragraphs(_filled(size, lambda n, k=k: f"On May {n % 28 + k}, 2026 at {n % 12}:00."))
                         for k in (1, 2))  # type: ignore[misc]  # fmt: skip
    yield "headings only", tuple("".join(f"<h3>Part {n} of {k}</h3>" for n in range(size // 24))
                                 for k in ("one", "two"))  # type: ignore[misc]  # fmt: skip
    yield "a list without an end", tuple(
        "<p>Do not travel to:</p><ul>" + "".join(f"<li>{_PLACES[n % 10]} {n * k}</li>" for n in range(size // 18))
        + "</ul>" for k in (1, 3))  # type: ignore[misc]  # fmt: skip
    yield "a table without an end", tuple(
        "<table>" + "".join(f"<tr><td>{n}</td><td>{n * k}</td></tr>" for n in range(size // 36)) + "</table>"
        for k in (1, 3))  # type: ignore[misc]  # fmt: skip
    yield "links", tuple("<p>" + "".join(f"<a href='/x/{n * k}'>see {n}</a> " for n in range(size // 30)) + "</p>"
                         for k in (1, 3))  # type: ignore[misc]  # fmt: skip
    yield "tags in tags", ("<div>" * (size // 6) + "x", "<b><i>" * (size // 6) + "y")
    yield "nothing but brackets", ("<p>" + "(" * size + "</p>", "<p>" + "([{" * (size // 3) + "</p>")
    yield "stops", ("<p>" + "." * size + "</p>", "<p>" + "A. " * (size // 3) + "</p>")
    yield "blanks", ("<p>" + " \u00a0\t" * (size // 4) + "x</p>", "<p>" + "\u200b\u200e " * (size // 7) + "x</p>")
    yield "marks on marks", ("<p>e" + "\u0301" * (size // 2) + "</p>", "<p>e" + "\u0300" * (size // 2) + "</p>")
    yield "from right to left", ("<p>" + "حظر السفر " * (size // 18) + "</p>",
                                   "<p>" + "لا تسافر " * (size // 16) + "</p>")  # fmt: skip
    yield "no blanks between words", ("<p>" + "不要前往北部地区" * (size // 24) + "</p>",
                                      "<p>" + "不要前往南部地区。" * (size // 27) + "</p>")  # fmt: skip
    yield "advice in commas", tuple(
        "<p>Do not travel to " + ", ".join(f"{_PLACES[n % 10]} {chr(65 + n % 26)}{k}" for n in range(size // 12))
        + ".</p>" for k in (1, 2))  # type: ignore[misc]  # fmt: skip
    yield "no longer, no longer", ("<p>" + "is no longer ordered to leave " * (size // 30) + "</p>",
                                   "<p>" + "was ordered to no longer leave, " * (size // 32) + "</p>")  # fmt: skip
    noise = bytes(rnd.randrange(256) for _ in range(min(size, 400_000))).decode("latin-1")
    yield "noise", (noise, noise[::-1])


# --------------------------------------------------------------------------------------
# Pages
# --------------------------------------------------------------------------------------
def _advisory(inner: str) -> str:
    return (
        "<html><head><title>Mali</title></head><body><main><h1>Mali</h1><div class='cmp-traveladvisory'>"
        "<div class='cmp-traveladvisory__header level-4'><h2 class='travel-advisory'>Travel advisory - Mali</h2>"
        "<h3 class='travel-level'>Level 4 - Do not travel</h3></div><div class='cmp-traveladvisory__body level-4'>"
        "<div class='cmp-traveladvisory__body-container-advisory'><h3 class='section-heading'>Advisory summary</h3>"
        f"<div class='summary-text usa-prose'>{inner}</div></div></div></div></main></body></html>"
    )


def _uk(inner: str) -> str:
    return json.dumps({
        "base_path": "/foreign-travel-advice/mali", "content_id": "x", "document_type": "travel_advice",
        "schema_name": "travel_advice", "title": "Mali travel advice", "locale": "en",
        "details": {"country": {"name": "Mali", "slug": "mali"}, "alert_status": [], "change_description": "",
                    "parts": [{"slug": "safety", "title": "Safety and security", "body": inner}]}})  # fmt: skip


PAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "us": ("https://travel.state.gov/en/international-travel/travel-advisories/mali.html", _advisory),
    "uk": ("https://www.gov.uk/api/content/foreign-travel-advice/mali", _uk),
    "any": ("https://example.org/advice/mali", lambda inner: f"<html><body><h1>Mali</h1>{inner}</body></html>"),
    "bare": ("https://travel.state.gov/content/travel/en/x/Mali.html", lambda inner: inner),
}


def measured(size: int, only: str = "") -> Iterator[dict[str, object]]:
    """One row per text and page; each comparison in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("fork")
    import monitor

    warm = _advisory("<p>Do not travel to Mali due to crime. Call +223 2070 2300 by May 2, 2026.</p>")
    monitor.compare(warm, warm.replace("crime", "unrest"), url=PAGES["us"][0])
    for name, pair in shapes(size):
        if only and only not in name:
            continue
        for page, (url, wrap) in PAGES.items():
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_one, args=(sender, *map(wrap, pair), url))
            child.start()
            sender.close()
            try:
                seconds, megabytes, outcome = receiver.recv()
            except EOFError:
                seconds, megabytes, outcome = 0.0, 0.0, "died"
            child.join()
            yield {"text": name, "page": page, "seconds": seconds, "megabytes": megabytes, "outcome": outcome}


def _one(sender: object, before: str, after: str, url: str) -> None:
    import monitor

    old, new = (side.encode("utf-8", "surrogatepass") for side in (before, after))
    gc.collect()
    base = _peak(reset=True)
    start = time.perf_counter()
    try:
        outcome = str(monitor.compare(old, new, url=url).outcome.value)
    except Exception as error:  # a benchmark reports what it meets
        outcome = f"raised {error!r:.200}"
    sender.send((round(time.perf_counter() - start, 3), round(_peak() - base, 1), outcome))  # type: ignore[attr-defined]


def _peak(reset: bool = False) -> float:
    """The largest resident size of this process in megabytes, from now on where the kernel allows a reset."""
    if reset:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure, print the worst, keep the figures; 1 if a limit was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    rows = []
    for row in measured(options.size, options.only):
        rows.append(row)
        bad = _broken(row)
        print(f"{row['seconds']:7.2f} s {row['megabytes']:7.1f} MB  {row['outcome']:12.60} {row['page']:5}"
              f"{row['text']}{'  <-- over the limit' if bad else ''}", flush=True)  # fmt: skip
    worst = [row for row in rows if _broken(row)]
    print(f"{len(rows)} pairs of {options.size:,} bytes a side; {len(worst)} over {SECONDS} s or {MEGABYTES} MB")
    result = {"machine": {"python": platform.python_version(), "cpu": platform.processor() or platform.machine()},
              "size": options.size, "rows": rows}  # fmt: skip
    if not options.only:
        Path(__file__).with_name("results").joinpath("hostile_pairs.json").write_text(json.dumps(result, indent=1))
    return 1 if worst else 0


def _broken(row: dict[str, object]) -> bool:
    return (float(str(row["seconds"])) > SECONDS or float(str(row["megabytes"])) > MEGABYTES
            or str(row["outcome"]).startswith(("raised", "died")))  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
