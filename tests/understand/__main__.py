"""Writes the golden files anew: `python -m tests.understand`. Read the difference before you keep it."""

from __future__ import annotations

from tests.understand import golden


def main() -> None:
    for path, words in golden.made():
        path.write_text(words, encoding="utf-8")


main()
