"""The first start and the next ones, on a tiny project with nothing to download."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import monitor
from monitor import bootstrap
from monitor.bootstrap import CORE, WITH_TESTS, Home

ROOT = Path(bootstrap.ROOT)
BASE = getattr(sys, "_base_executable", sys.executable)
"""The Python below any environment, as a person on a fresh machine has it."""

CLI = """
import json, sys

def main():
    print(json.dumps({"prefix": sys.prefix, "arguments": sys.argv[1:]}))
"""

NOTHING_ELSE_STARTS = """
import sys
def refuse(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"):
        raise SystemExit(f"started something: {event} {arguments}")
sys.addaudithook(refuse)
"""


class Project:
    """A checkout with empty lock files and a command line that tells where it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "monitor").mkdir(parents=True)
        for name in ("__init__.py", "__main__.py", "bootstrap.py", "testing.py"):
            shutil.copy(ROOT / "monitor" / name, folder / "monitor")
        (folder / "monitor" / "cli.py").write_text(CLI)
        for name in ("pyproject.toml", *WITH_TESTS):
            (folder / name).write_text("")
        self.home = Home(str(folder))
        self.venv = folder / ".venv"

    def start(self, *arguments: str, before: str = "", **environment: str) -> subprocess.Popen[str]:
        """`python3 -m monitor ARGUMENTS` in another process; `before` is code to run first."""
        code = f"{before}\nfrom monitor.__main__ import main\nmain()"
        kept = {k: v for k, v in os.environ.items() if k not in (bootstrap.OFF, bootstrap.MOVED_IN)}
        # -S: a copy of the project that is installed in this Python must not be found.
        return subprocess.Popen(
            [BASE, "-S", "-c", code, *arguments], cwd=self.folder, env=kept | environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, before: str = "", **environment: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one start."""
        process = self.start(*arguments, before=before, **environment)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def stamped(self) -> bool:
        return any(self.venv.glob(".*.stamp"))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose first set-up was interrupted, and whose second start repaired it."""
    project = Project(tmp_path_factory.mktemp("with blank") / "project")
    project.venv.mkdir()
    Path(project.home.mark).touch()
    (project.venv / "half").write_text("made")
    code, out, err = project.run("compare", "--json")
    assert code == 0, err
    assert not (project.venv / "half").exists()
    assert re.fullmatch(r"Making \.venv anew for Python .*\nReady after .*\n", err)
    assert json.loads(out) == {"prefix": str(project.venv), "arguments": ["compare", "--json"]}
    yield project


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


# --------------------------------------------------------------------------------------
# Ready
# --------------------------------------------------------------------------------------
def test_a_second_start_moves_in_without_starting_anything_else(ready: Project) -> None:
    code, out, err = ready.run("show", before=NOTHING_ELSE_STARTS)
    assert (code, err) == (0, "")
    assert json.loads(out) == {"prefix": str(ready.venv), "arguments": ["show"]}


def test_the_command_in_the_environment_works_from_any_folder(
    ready: Project, tmp_path: Path
) -> None:
    (tmp_path / "monitor.py").write_text("raise SystemExit('the wrong monitor')")
    for command in ([f"{ready.venv}/bin/monitor"], [BASE, f"{ready.folder}/monitor"]):
        done = subprocess.run([*command, "a b"], cwd=tmp_path, capture_output=True, text=True)
        assert json.loads(done.stdout)["arguments"] == ["a b"], done.stderr


def test_nothing_is_set_up_where_it_is_switched_off(fresh: Project) -> None:
    code, out, err = fresh.run(MONITOR_NO_BOOTSTRAP="1")
    assert (code, err) == (0, "") and json.loads(out)["prefix"] == sys.base_prefix
    assert not fresh.venv.exists()


def test_an_installed_package_without_lock_file_sets_nothing_up(fresh: Project) -> None:
    (fresh.folder / "requirements.lock").unlink()
    assert fresh.run()[0] == 0
    assert not fresh.venv.exists()


# --------------------------------------------------------------------------------------
# Not ready
# --------------------------------------------------------------------------------------
def test_a_changed_lock_file_asks_for_an_update(ready: Project) -> None:
    assert ready.home.ready(CORE) and not ready.home.ready(WITH_TESTS)
    lock = ready.folder / "requirements.lock"
    lock.write_text("# new\n")
    assert not ready.home.ready(CORE) and ready.home.usable()
    lock.write_text("")
    assert ready.home.ready(CORE)


def test_another_python_or_a_vanished_one_asks_for_a_new_environment(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", (3, 99, 0))
        assert not ready.home.ready(CORE) and not ready.home.usable()
    python = Path(ready.home.python)
    hidden = python.rename(python.with_name("hidden"))
    assert not ready.home.ready(CORE) and not ready.home.usable()
    hidden.rename(python)
    assert ready.home.ready(CORE)


def test_a_second_set_up_waits_for_the_first_and_then_just_goes_on(ready: Project) -> None:
    stamp = Path(ready.home.stamp("requirements.lock"))
    with bootstrap.Turn(str(ready.folder / ".venv.lock")):
        away = stamp.rename(stamp.with_suffix(".away"))
        second = ready.start(before=NOTHING_ELSE_STARTS)
        assert second.stderr is not None
        assert second.stderr.readline() == "waiting for another set-up to finish\n"
        assert second.poll() is None
        away.rename(stamp)
    out, err = second.communicate(timeout=60)
    assert (second.returncode, err) == (0, "")
    assert json.loads(out)["prefix"] == str(ready.venv)


@pytest.mark.skipif(os.name == "nt", reason="open files are shared with children on POSIX only")
def test_the_turn_is_held_until_what_a_killed_set_up_started_has_ended(tmp_path: Path) -> None:
    lock, started, end = (str(tmp_path / name) for name in ("lock", "started", "end"))
    writer = (
        f"import os, time; open({started!r}, 'w').close()\n"
        f"while not os.path.exists({end!r}): time.sleep(0.01)"
    )
    code = (
        "import sys; from monitor import bootstrap\n"
        f"with bootstrap.Turn({lock!r}) as turn:\n"
        f"    bootstrap._run_quietly([sys.executable, '-c', {writer!r}], turn)"
    )
    killed = subprocess.Popen([BASE, "-S", "-c", code], cwd=ROOT)
    eventually(lambda: os.path.exists(started))
    killed.kill()
    killed.wait()
    with open(lock, "a") as file:
        assert not bootstrap._taken(file.fileno())
        Path(end).touch()
        eventually(lambda: bootstrap._taken(file.fileno()))


def eventually(true: Callable[[], bool]) -> None:
    late = time.monotonic() + 10
    while not true():
        assert time.monotonic() < late, "it never happened"
        time.sleep(0.01)


def test_when_pip_fails_its_last_words_are_shown_and_no_stamp_is_left(ready: Project) -> None:
    lock = ready.folder / "requirements.lock"
    stamp = Path(ready.home.stamp("requirements.lock"))
    before = stamp.read_text()
    lock.write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n")
    try:
        code, out, err = ready.run(PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        assert (code, out) == (1, "")
        assert "No matching distribution found for no-such-package==1" in err
        assert "Check the network connection" in err.splitlines()[-1]
        assert not ready.stamped()
    finally:
        lock.write_text("")
        stamp.write_text(before)


def test_a_folder_that_somebody_else_made_is_never_deleted(fresh: Project) -> None:
    fresh.venv.mkdir()
    (fresh.venv / "precious").touch()
    code, _, err = fresh.run()
    assert code == 1 and "was not made by this program" in err and "Move it away" in err
    assert (fresh.venv / "precious").exists()


def test_a_python_without_ensurepip_names_the_package_to_install(fresh: Project) -> None:
    code, out, err = fresh.run(before="import sys; sys.modules['ensurepip'] = None")
    assert (code, out) == (1, "")
    assert "ensurepip is missing" in err and "apt install python3-venv" in err
    assert not fresh.venv.exists()


def test_a_folder_that_cannot_be_written_is_named(fresh: Project) -> None:
    (fresh.folder / ".venv.lock").mkdir()  # stands for it: root may write anywhere
    code, _, err = fresh.run()
    assert code == 1 and str(fresh.folder) in err and "Make that folder writable" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that the lock file names"),
        ("No matching distribution found for a==1 (from versions: none)", "network connection"),
        ("(from versions: 1, 2)\nNo matching distribution found", "no ready-made package"),
        ("OSError: No space left on device", "Nothing half-made"),
    ],
)
def test_each_failure_of_pip_has_its_advice(said: str, told: str) -> None:
    assert told in bootstrap.advice(said.splitlines())


# --------------------------------------------------------------------------------------
# Old Pythons
# --------------------------------------------------------------------------------------
def test_an_old_python_is_turned_away_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        bootstrap.check_python((3, 10, 13))
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in said and "3.10.13" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py", "bootstrap.py"])
def test_what_an_old_python_reads_parses_there(name: str) -> None:
    source = (ROOT / "monitor" / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert "from __future__ import annotations" not in source  # unknown before 3.7


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_a_real_old_python_says_so(version: str, fresh: Project) -> None:
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-V"], capture_output=True).returncode:
        pytest.skip(f"no Python {version} on this machine")
    done = subprocess.run(
        [python, "-m", "monitor", "run"], cwd=fresh.folder, capture_output=True, text=True
    )
    assert done.returncode == 2 and done.stdout == ""
    assert re.fullmatch(r"monitor: this needs Python 3\.11 or newer, and .*\n", done.stderr)


# --------------------------------------------------------------------------------------
# The files it reads, and the package
# --------------------------------------------------------------------------------------
def pins(name: str) -> dict[str, tuple[str, int]]:
    """Package, with marker, to its version and number of hashes."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8")):
        if match := re.match(r"([\w.-]+)==(\S+)([^\\]*)", block):
            found[match[1] + match[3].strip()] = match[2], block.count("--hash=sha256:")
    return found


def test_every_package_of_a_lock_file_has_its_hashes() -> None:
    core, tests = pins("requirements.lock"), pins("requirements-test.lock")
    assert core and all(hashes >= 2 for _, hashes in [*core.values(), *tests.values()])
    assert {name: tests.get(name) for name in core} == core


@pytest.mark.parametrize("name", WITH_TESTS)
def test_a_lock_file_names_no_index_and_no_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|^#.* /", text, re.M)


def test_the_library_function_comes_with_the_package() -> None:
    from monitor.core import verdict

    assert monitor.compare is verdict.compare
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        monitor.__getattr__("nonsense")


def test_importing_the_package_loads_nothing_but_itself() -> None:
    code = "import sys; old = set(sys.modules); import monitor; print(set(sys.modules) - old)"
    done = subprocess.run([BASE, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "{'monitor'}\n"


# --------------------------------------------------------------------------------------
# monitor test
# --------------------------------------------------------------------------------------
def test_a_failed_check_fails_the_whole_and_pytest_has_the_last_word(fresh: Project) -> None:
    (fresh.folder / "pyproject.toml").write_text(
        '[tool.mypy]\nfiles = ["typed.py"]\n[tool.pytest.ini_options]\naddopts = "-q"\n'
    )
    (fresh.folder / "typed.py").write_text("number: int = 'word'\n")
    (fresh.folder / "monitor" / "cli.py").write_text("this is broken\n")
    (fresh.folder / "ruff.toml").write_text('include = ["typed.py"]\n')
    (fresh.folder / "tests").mkdir()
    (fresh.folder / "tests" / "test_one.py").write_text("def test_one():\n    pass\n")
    done = subprocess.run(
        [sys.executable, "monitor", "test"], cwd=fresh.folder, capture_output=True, text=True,
        env=os.environ | {bootstrap.OFF: "1"},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stdout + done.stderr
    assert [line for line in lines if line.startswith("== ")] == [
        "== ruff check .", "== mypy", "== pytest",
    ]  # fmt: skip
    assert "mypy FAILED before the tests, see above" in lines
    assert re.fullmatch(r"1 passed in .*", lines[-1])
