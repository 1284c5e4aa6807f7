from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.installation import Installation


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests: to start one costs more than to look at a page."""
    with chromium.started() as found:
        yield found


@pytest.fixture(scope="session")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a history."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    yield made
    made.close()
