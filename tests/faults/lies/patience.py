"""How long the worst servers hold a visit that has the manners as they are shipped: deadlines and robots.txt."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor

from monitor import config
from monitor.fetch import Client, Manners
from tests.faults.lies.broken import drips
from tests.faults.lies.run import Desk
from tests.faults.lies.site import WELL, sites


def with_default_manners() -> float:
    """Seconds of the longest visit; the server does to robots.txt what it does to the page."""
    cases = [case for case in drips() if "silence" not in case.name]
    with tempfile.TemporaryDirectory(prefix="monitor-lies-") as folder, sites(cases, len(cases)) as (ports, now):
        desks = [Desk(folder, port, 2.0) for port in ports]
        for number, desk in enumerate(desks):
            assert now[number] == WELL
            desk.look("us-page")
            desk.client.close()
            desk.client = Client(_shipped(ports[number]), now=desk.clock)
            now[number] = number
        with ThreadPoolExecutor(len(desks)) as pool:
            took = list(pool.map(lambda desk: desk.look("us-page")[2], desks))
        for desk in desks:
            desk.close()
    return max(took)


def _shipped(port: int) -> Manners:
    file = config.Fetch()
    return Manners(user_agent="advisory-monitor/1 (+mailto:ops@example.org)", allowed_hosts=frozenset(),
                   local_hosts=frozenset({f"127.0.0.1:{port}"}), robots=file.robots,
                   deadline=config.duration(file.deadline, "deadline"),
                   host_gap=config.duration(file.host_gap, "host_gap"))  # fmt: skip
