"""Makes the project's own environment on a fresh machine and moves into it. Standard library only.

    .venv ready                    move in (no pip, no other process: some milliseconds)
    project installed otherwise    nothing to do
    else                           one process at a time: venv, pip, link, stamp; then move in

A stamp is written last and removed first, so an interrupted set-up is never taken for a finished
one. MONITOR_NO_BOOTSTRAP=1 switches all of it off (containers).

This file must parse and run on the old Pythons that it turns away: types stand in quotes, and
nothing newer than 3.6 is used before check_python().
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORE = ("requirements.lock",)
WITH_TESTS = ("requirements.lock", "requirements-test.lock")
OLDEST = (3, 11)

OFF = "MONITOR_NO_BOOTSTRAP"
MOVED_IN = "_MONITOR_MOVED_IN"  # tells the process in .venv that its environment was just checked

NEEDS_A_PERSON = 1
WRONG_USE = 2
INTERRUPTED = 130

TAIL = 5
"""How many of the last lines of a failed program are shown."""


class SetUpError(Exception):
    """The environment could not be made; the message says what is left and what to do."""


def ensure(arguments: "list[str]", locks: "tuple[str, ...]" = CORE, root: str = ROOT) -> None:
    """Returns only where all packages of `locks` can be imported; else starts over in such a place.

    `arguments` are handed on to that second start.
    """
    check_python(tuple(sys.version_info[:3]))
    # Taken away at once: what this process starts has to look for itself.
    just_checked = os.environ.pop(MOVED_IN, "")
    if just_checked or os.environ.get(OFF, "0") not in ("", "0"):
        return
    home = Home(root)
    if not home.is_checkout():
        return
    ready, inside = home.ready(locks), home.is_running()
    if ready and inside:
        return
    if not ready:
        if _installed_here():
            return
        if inside:  # an environment cannot be made anew by a program that runs in it
            base = getattr(sys, "_base_executable", sys.executable)
            _start(base, home, arguments, dict(os.environ))
        _set_up_or_stop(home, locks)
    _start(home.python, home, arguments, dict(os.environ, **{MOVED_IN: "1"}))


def check_python(version: "tuple[int, ...]") -> None:
    """Ends the program with one sentence if this Python is too old."""
    if version[:2] < OLDEST:
        wanted, found = ".".join(map(str, OLDEST)), ".".join(map(str, version))
        _stop(
            f"this needs Python {wanted} or newer, and {sys.executable} is Python {found}; "
            f"start it with a newer one, for example: python{wanted} -m monitor",
            WRONG_USE,
        )


# --------------------------------------------------------------------------------------
# What is there
# --------------------------------------------------------------------------------------
class Home:
    """A checkout and the environment beside its pyproject.toml."""

    def __init__(self, root: str) -> None:
        windows = os.name == "nt"
        self.root = root
        self.folder = os.path.join(root, ".venv")
        self.scripts = os.path.join(self.folder, "Scripts" if windows else "bin")
        self.python = os.path.join(self.scripts, "python.exe" if windows else "python")
        self.mark = os.path.join(self.folder, ".made-by-monitor")
        """Present in a folder that we made, and may therefore delete."""

    def is_checkout(self) -> bool:
        """Whether the source tree is here; an installed package has no lock file beside it."""
        return all(os.path.isfile(os.path.join(self.root, n)) for n in ("pyproject.toml", *CORE))

    def is_running(self) -> bool:
        """Whether this very process runs in the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def ready(self, locks: "tuple[str, ...]") -> bool:
        """Whether a finished set-up of today's lock files is here and can be started."""
        return os.access(self.python, os.X_OK) and all(self._stamped(lock) for lock in locks)

    def stamp(self, lock: str) -> str:
        return os.path.join(self.folder, f".{lock}.stamp")

    def digest(self, lock: str) -> str:
        """Changes whenever the installed packages might have to: lock, project, Python, place."""
        import hashlib

        seal = hashlib.sha256()
        for name in (lock, "pyproject.toml"):
            with open(os.path.join(self.root, name), "rb") as file:
                seal.update(hashlib.sha256(file.read()).digest())
        seal.update("{}.{}\n{}".format(*sys.version_info[:2], self.folder).encode())
        return seal.hexdigest()

    def usable(self) -> bool:
        """Whether packages can be installed into what is here, instead of making it anew."""
        if not os.access(self.python, os.X_OK) or not self._same_python():
            return False
        finished_once = any(os.path.exists(self.stamp(lock)) for lock in WITH_TESTS)
        return finished_once or not os.path.exists(self.mark)

    def foreign(self) -> bool:
        """Whether somebody else made what stands in our place."""
        if not os.path.isdir(self.folder):
            return os.path.lexists(self.folder)
        return bool(os.listdir(self.folder)) and not os.path.exists(self.mark)

    def _stamped(self, lock: str) -> bool:
        try:
            with open(self.stamp(lock), encoding="ascii") as file:
                return file.read() == self.digest(lock)
        except FileNotFoundError:  # never set up, or not to the end
            return False

    def _same_python(self) -> bool:
        """Reads pyvenv.cfg: a system upgrade may have put another Python behind the link."""
        wanted = "{}.{}.".format(*sys.version_info[:2])
        try:
            with open(os.path.join(self.folder, "pyvenv.cfg"), encoding="utf-8") as file:
                pairs = (line.partition("=") for line in file)
                found = [v.strip() for k, _, v in pairs if k.strip().startswith("version")]
        except FileNotFoundError:  # not an environment, or half of one
            return False
        return any((version + ".").startswith(wanted) for version in found)


def _installed_here() -> bool:
    """Whether somebody installed the project, with its packages, into the running Python."""
    from importlib import metadata

    try:
        metadata.distribution("advisory-monitor")
    except metadata.PackageNotFoundError:
        return False
    return True


# --------------------------------------------------------------------------------------
# Setting up
# --------------------------------------------------------------------------------------
def set_up(home: Home, locks: "tuple[str, ...]") -> None:
    """Makes the environment ready, after waiting for anybody else who is at it."""
    import time

    with Turn(os.path.join(home.root, ".venv.lock")) as turn:
        if home.ready(locks):  # the other one did it
            return
        begun = time.monotonic()
        usable = home.usable()
        if usable:
            _say("Updating .venv …" if locks == CORE else "Updating .venv for the tests …")
        elif os.path.isdir(home.folder):
            _say("Making .venv anew for Python {}.{} (about 20 s) …".format(*sys.version_info[:2]))
        else:
            _say("Setting up (first start, about 20 s) …")
        missing = tuple(lock for lock in locks if not (usable and home.ready((lock,))))
        _forget(home, missing)
        if not usable:
            _make(home, turn)
        elif home.foreign():
            # other tools leave pip out
            _run_quietly([home.python, "-I", "-m", "ensurepip"], turn)
        for lock in missing:
            _install(home, lock, turn)
        _link(home)
        for lock in missing:
            _write(home.stamp(lock), home.digest(lock))
        _say(f"Ready after {time.monotonic() - begun:.0f} s.")


def _make(home: Home, turn: "Turn") -> None:
    """An empty environment with pip in it."""
    import shutil

    if home.foreign():
        raise SetUpError(
            f"{home.folder} was not made by this program and cannot be used with this Python; "
            "nothing in it was touched. Move it away, then run the same command again."
        )
    if lacking_parts():
        raise SetUpError(
            "this Python cannot make environments: its module "
            f"{' and '.join(lacking_parts())} is missing. On Debian or Ubuntu: "
            "apt install python3-venv; then run the same command again."
        )
    if os.path.isdir(home.folder):
        shutil.rmtree(home.folder)
    os.mkdir(home.folder)
    _write(home.mark, "made by `python3 -m monitor`, which may delete and remake it\n")
    _run_quietly([sys.executable, "-I", "-m", "venv", home.folder], turn)


def lacking_parts() -> "list[str]":
    """Modules of the standard library that we need and some distributions leave out."""
    from importlib.util import find_spec

    return [name for name in ("venv", "ensurepip") if find_spec(name) is None]


def _install(home: Home, lock: str, turn: "Turn") -> None:
    """Brings in exactly what the lock file names, as ready-made packages.

    Without --only-binary pip would build some of them, with build tools that no hash vouches for.
    """
    import subprocess

    with open(os.path.join(home.root, lock), encoding="utf-8") as file:
        total = sum("==" in line for line in file)
    if not total:
        return
    pip = [home.python, "-I", "-m", "pip", "--no-input", "--disable-pip-version-check", "install"]
    pip += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--progress-bar=off"]
    pip += ["-r", lock]
    lines: "list[str]" = []
    with subprocess.Popen(
        pip, cwd=home.root, env=_pip_environment(), pass_fds=turn.shared(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line.rstrip())
                _show_progress(lines, total)
        except BaseException:
            process.terminate()
            raise
    _show_progress([], total)
    if process.returncode:
        raise SetUpError(f"pip could not install {lock}:\n{_tail(lines)}\n{advice(lines)}")


def _pip_environment() -> "dict[str, str]":
    """The person's own pip settings (proxy, mirror) without those that put packages elsewhere."""
    moving = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT", "PIP_REQUIREMENT")
    kept = {key: value for key, value in os.environ.items() if key not in moving}
    return dict(kept, PIP_USER="0")


def advice(lines: "list[str]") -> str:
    """One plain sentence on what to do about pip's failure."""
    said = "\n".join(lines)
    if "DO NOT MATCH THE HASHES" in said:
        return (
            "A downloaded package is not the one that the lock file names, and was not installed. "
            "Try again; if it stays so, something between you and the package index alters files."
        )
    if "No matching distribution" in said and "(from versions: none)" not in said:
        return (
            "There is no ready-made package for this Python on this machine. Try another Python "
            f"version, or install the packages your own way and set {OFF}=1."
        )
    return (
        "Nothing half-made will be used. Check the network connection (and pip's proxy or mirror "
        "settings), then run the same command again."
    )


def _link(home: Home) -> None:
    """Makes `import monitor` and the command `monitor` work in the environment.

    Written here rather than by `pip install -e`, which would need a build backend: one more package
    to download and trust, and some seconds, for two small files.
    """
    import sysconfig

    place = {"base": home.folder, "platbase": home.folder}
    packages = sysconfig.get_path("purelib", "venv", vars=place)
    _write(os.path.join(packages, "monitor-checkout.pth"), home.root + "\n")
    if os.name != "nt":
        command = os.path.join(home.scripts, "monitor")
        # The line for the shell allows any path; a plain #! breaks at blanks and at 127 bytes.
        _write(
            command,
            f"#!/bin/sh\n'''exec' \"{home.python}\" \"$0\" \"$@\"\n' '''\n"
            "from monitor.__main__ import main\n\nmain()\n",
        )
        os.chmod(command, 0o755)


class Turn:
    """Lets one process at a time into the set-up of a checkout; the next one waits, and says so."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> "Turn":
        import time

        self._file = open(self._path, "a+", encoding="ascii")
        if not _taken(self._file.fileno()):
            _say("waiting for another set-up to finish")
            while not _taken(self._file.fileno()):
                time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()  # gives the lock back; so does the end of the process, however it comes

    def shared(self) -> "tuple[int, ...]":
        """For a program we start: if we are killed, nobody may begin while it still writes."""
        return (self._file.fileno(),) if os.name != "nt" else ()


def _taken(number: int) -> bool:
    """Takes the lock on this open file if it is free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        _say(f"This disk knows no file locks ({error.strerror}); do not start a second set-up now.")
    return True


def _forget(home: Home, locks: "tuple[str, ...]") -> None:
    """From here on an interruption must be seen. Extra tools rest on the core: they go with it."""
    for lock in WITH_TESTS if CORE[0] in locks else locks:
        if os.path.exists(home.stamp(lock)):
            os.remove(home.stamp(lock))


def _run_quietly(command: "list[str]", turn: Turn) -> None:
    import subprocess

    # Not run(): that kills the program when we are interrupted, and what the program itself started
    # would go on writing with nobody holding the turn.
    process = subprocess.Popen(
        command, pass_fds=turn.shared(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )  # fmt: skip
    said, _ = process.communicate()
    if process.returncode:
        raise SetUpError(
            f"{' '.join(command)} failed:\n{_tail(said.splitlines())}\n"
            "The next start begins the set-up anew."
        )


def _tail(lines: "list[str]") -> str:
    """The last lines, with the middle of long ones left out: the cause stands at their end."""
    short = (line if len(line) <= 200 else f"{line[:80]} … {line[-110:]}" for line in lines[-TAIL:])
    return "\n".join("  " + line for line in short)


def _write(path: str, text: str) -> None:
    """All or nothing: a reader never sees half a file."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


# --------------------------------------------------------------------------------------
# Talking and leaving
# --------------------------------------------------------------------------------------
def _set_up_or_stop(home: Home, locks: "tuple[str, ...]") -> None:
    try:
        set_up(home, locks)
    except SetUpError as error:
        _stop(str(error), NEEDS_A_PERSON)
    except OSError as error:
        _stop(
            f"the environment cannot be made in {home.root}: {error.strerror} ({error.filename}). "
            "Make that folder writable, or install the packages of requirements.lock your own way "
            f"and set {OFF}=1.",
            NEEDS_A_PERSON,
        )
    except KeyboardInterrupt:
        _stop("set-up interrupted; the next start begins it anew", INTERRUPTED)


def _start(python: str, home: Home, arguments: "list[str]", environment: "dict[str, str]") -> None:
    """Becomes that Python, with the same command. Does not return."""
    # By path, not with -m: that would look into the current folder for a `monitor` first.
    command = [python, os.path.join(home.root, "monitor"), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # exec there returns to the shell at once
        import subprocess

        sys.exit(subprocess.call(command, env=environment))
    os.execve(python, command, environment)


def _say(text: str) -> None:
    # Standard output belongs to the command, which may print JSON there.
    print(text, file=sys.stderr, flush=True)


def _show_progress(lines: "list[str]", total: int) -> None:
    """One line on a terminal that always says the latest; nothing in a log."""
    if not sys.stderr.isatty():
        return
    text = ""
    if lines and lines[-1].startswith("Collecting "):
        fetched = sum(line.startswith("Collecting ") for line in lines)
        text = f"  {lines[-1].split()[1].partition('=')[0]} ({fetched} of about {total})"
    elif lines and lines[-1].startswith("Installing "):
        text = "  installing …"
    elif lines:
        return
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _stop(message: str, code: int) -> None:
    _say(f"monitor: {message}")
    sys.exit(code)
