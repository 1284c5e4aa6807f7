"""Every operation of the API with generated parameters and bodies, right ones and wrong ones, judged by schemathesis.

    python -m tests.web.sweep [CASES]      (10,000 if none are named; a short one is part of the suite)

An answer must never be a 5xx, must be one that the description names, and must be what it says there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from monitor.links import Purpose
from monitor.web.api.operations import PREFIX
from tests.fakes import page, source
from tests.test_pipeline import COUP, Desk
from tests.web.desk import House

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
          response_headers_conformance]  # fmt: skip


def furnished(folder: Path) -> House:
    """A house with changes and a subscriber, so that some questions find something."""
    house = House(folder)
    looks = Desk(house.store, source("mali-page"))
    for words in ("", COUP, COUP + " The border with Niger was closed on June 10, 2026."):
        looks.look(page(words=words) if words else page())
    house.reader()
    return house


def swept(house: House, cases: int) -> Counter[int]:
    """How often each status came. Raises what schemathesis finds wrong."""
    load_all_checks()
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", house.app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    operations = [found.ok() for found in schema.get_all_operations()]
    each = max(1, cases // len(operations))
    seen: Counter[int] = Counter()
    known = _known(house)
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=each, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def one(case: Any) -> None:
            if sum(seen.values()) % 2:  # every second time something that is really there
                for name in case.path_parameters or {}:
                    case.path_parameters[name] = known[name]
                if isinstance(case.body, dict) and isinstance(case.body.get("address"), str):
                    case.body["address"] = f"reader{sum(seen.values())}@ngo.example"
            answer = case.call(base_url=None)
            seen[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        one()
    return seen


def _known(house: House) -> dict[str, str]:
    sub = house.store.subscriptions()[-1]
    token = house.link(Purpose.MANAGE, sub.id).rpartition("/")[2]
    event = house.store.changes(limit=1)[0].event_id
    return {"key": "mali", "source_id": "mali-page", "event_id": event, "campaign_id": "cmp_none", "token": token,
            "delivery_id": "1"}  # fmt: skip


def main(cases: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        house, begun = furnished(Path(name)), time.monotonic()
        seen = swept(house, cases)
        house.close()
    print(f"{sum(seen.values())} cases in {time.monotonic() - begun:.0f} s: "
          + ", ".join(f"{code}: {count}" for code, count in sorted(seen.items())))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
