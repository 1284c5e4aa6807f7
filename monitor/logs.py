"""Structured log lines on standard error: readable on a terminal, JSON elsewhere. Ids, no addresses."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog


class Patient:
    """A stream for log lines. A full disk or a closed pipe costs lines, never the work that they tell of.

    How many were lost is said with the first line that can be written again.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._lost = stream, 0

    def write(self, words: str) -> int:
        try:
            if self._lost and words.strip():
                self._stream.write(f"{self._lost} log lines could not be written\n")
                self._stream.flush()
                self._lost = 0
            self._stream.write(words)
        except (OSError, ValueError):
            self._lost += bool(words.strip())
        return len(words)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self._lost += 1


def set_up() -> None:
    """One line per event, with UTC time; chatter of libraries below warning is left out."""
    people = sys.stderr.isatty()
    # The renderer's own tracebacks would print local variables, and with them addresses.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    render: structlog.typing.Processor = plain if people else structlog.processors.JSONRenderer()
    steps: list[structlog.typing.Processor] = [
        _without_nothing,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not people:
        steps.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*steps, render],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, Patient(sys.stderr))),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def quiet() -> None:
    """Only what needs a person: for commands that speak for themselves."""
    set_up()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _without_nothing(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {key: value for key, value in event.items() if value is not None}
