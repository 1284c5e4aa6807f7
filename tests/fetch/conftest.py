from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitor.fetch import Client, Manners
from tests.fetch.site import Site


@pytest.fixture(autouse=True)
def no_bundle_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def make(site: Site) -> Iterator[Callable[..., Client]]:
    """Makes clients that may read `site`, with short limits; keywords change the manners."""
    made: list[Client] = []

    def build(*, clock: Any = None, **changes: Any) -> Client:
        given: dict[str, Any] = {
            "user_agent": "advisory-monitor/1 (+mailto:ops@example.org)",
            "allowed_hosts": frozenset({"localhost"}),
            "local_hosts": frozenset({site.host}),
            "host_gap": 0.0,
            "deadline": 5.0,
            "read_timeout": 2.0,
            "connect_timeout": 2.0,
            "robots": False,
        }
        parts = {} if clock is None else {"clock": clock, "sleep": clock.sleep}
        made.append(Client(Manners(**given | changes), **parts))
        return made[-1]

    yield build
    for client in made:
        client.close()


@pytest.fixture
def client(make: Callable[..., Client]) -> Client:
    return make()
