from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests: to start one costs more than to look at a page."""
    with chromium.started() as found:
        yield found
