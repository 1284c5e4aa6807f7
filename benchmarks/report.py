"""Where a benchmark's figures are kept, and on which machine they were measured."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, object]:
    """What figures depend on beside the program; the load is that of the last minute."""
    return {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2)}  # fmt: skip


def keep(name: str, figures: object) -> None:
    """Writes the figures to benchmarks/results/NAME.json."""
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
