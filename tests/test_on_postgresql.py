"""The story of a visit, of a delivery and of a subscription on PostgreSQL; MONITOR_TEST_DATABASE runs all the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import databases
from tests.store import postgres

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(databases.SHARED, reason="everything runs on PostgreSQL already")
def test_looking_telling_and_signing_up_are_the_same_on_postgresql(server: postgres.Server) -> None:
    files = ["tests/test_pipeline.py", "tests/test_deliver.py", "tests/test_signup.py"]
    environ = {**os.environ, "MONITOR_TEST_DATABASE": "postgresql", "MONITOR_TEST_POSTGRES": server.url}
    for name in [one for one in environ if one.startswith("PYTEST_")]:
        del environ[name]
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files], cwd=ROOT,
                          env=environ, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0 and " skipped" not in done.stdout, done.stdout[-3000:]
