"""PostgreSQL that is not as we need it: one sentence says what to do, and nothing is written."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from sqlalchemy import make_url, text

from monitor.errors import StoreError
from monitor.store import Store
from tests.store import postgres


def refused(url: str, words: str) -> str:
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url, wait=2)
    return str(caught.value)


def changed(url: str, **parts: str) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


def test_a_host_that_nobody_knows_is_named_and_its_password_is_not() -> None:
    said = refused("postgresql://me:hush@no-such-host.invalid/monitor", "does not answer.*is the address right")
    assert "hush" not in said and "no-such-host.invalid" in said


def test_a_database_that_is_not_there_is_said_so(shared_url: str) -> None:
    refused(changed(shared_url, database="no_such"), "no such database.*createdb")


def test_a_user_that_is_not_let_in_is_said_so(shared_url: str) -> None:
    refused(changed(shared_url, username="nobody_knows"), "does not let this user in")


def test_a_user_who_may_make_no_tables_is_told_which_right_is_missing(
    server: postgres.Server, databases: postgres.Databases
) -> None:
    url = databases.empty()
    name = f"poor_{os.getpid()}"
    server.run(f"CREATE ROLE {name} LOGIN", f"REVOKE CREATE ON SCHEMA public FROM {name}")
    try:
        said = refused(changed(url, username=name), "may not do what the monitor needs")
        assert "GRANT USAGE, CREATE ON SCHEMA public" in said and "Nothing was written" in said
    finally:
        databases.drop(url)
        server.run(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_tables_of_a_newer_monitor_are_refused_and_left_alone(databases: postgres.Databases) -> None:
    url = databases.migrated()
    store = Store.open(url)
    with store._db.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    refused(url, "written by a newer monitor .*version 9999.*Nothing was written")
    databases.drop(url)


@pytest.fixture(params=["options, extra_float_digits", "extra_float_digits"])
def pooled(request: pytest.FixtureRequest, server: postgres.Server, shared_url: str) -> Iterator[str]:
    """The same database behind PgBouncer, which lends its connections for one transaction; by its own settings it
    refuses `options`, and told to ignore them it drops them."""
    program = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None or server.folder is None:
        pytest.skip("no pgbouncer here (Debian: apt install pgbouncer), or a server of somebody else")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = server.folder / f"{port}.ini"  # where the server's user may read
    settings.write_text(
        f"[databases]\n* = host={server.folder} user=monitor\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 5\n"
        f"ignore_startup_parameters = {request.param}\n"
    )
    settings.chmod(0o644)
    running = subprocess.Popen([program, str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd="/", **postgres._who())  # fmt: skip
    try:
        for _ in range(200):
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 0.1)):
                break
            time.sleep(0.05)
        yield f"postgresql://monitor@127.0.0.1:{port}/{make_url(shared_url).database}"
    finally:
        running.terminate()
        running.wait()


def test_a_pooler_that_lends_a_connection_for_one_transaction_is_refused(pooled: str) -> None:
    refused(pooled, "connection pooler.*pool_mode = session")


def test_words_that_postgresql_cannot_hold_are_not_found_and_no_error(shared_url: str) -> None:
    store = Store.open(shared_url)
    assert store.change("evt_\0") is None and store.subscription("sub_\ud800") is None
    store.close()
