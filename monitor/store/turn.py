"""One process at a time writes to a SQLite file, or moves its log into it. See decision 9.

SQLite before 3.51.3 may lose committed pages if a checkpoint runs while another connection commits and so starts the
log anew. Threads of this process queue at a lock of their own; processes queue at an advisory lock on a small
file beside the database. The lock is never on the database itself: to close any handle to that file would drop the
locks that SQLite holds on it.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType

from monitor.errors import StoreError

SUFFIX = ".lock"
_LONGEST_NAP = 0.02


class Turn:
    """`with turn:` is our turn to write. Threads may ask at once; the same thread may ask again inside."""

    def __init__(self, path: Path | None, wait: float) -> None:
        """`wait`: seconds to wait for another process. Without a path there is no other process."""
        self._path, self._wait = path, wait
        self._lock = threading.RLock()
        self._depth = 0
        self._handle, self._of = -1, 0
        self._file: tuple[int, int] | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            if self._depth == 0 and self._path is not None:
                self._take(self._path)
        except BaseException:
            self._lock.release()
            raise
        self._depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._path is not None:
            _unlock(self._handle)
        self._lock.release()

    def close(self) -> None:
        """Give the small file's handle back; the next turn opens it again."""
        with self._lock:
            if self._handle >= 0 and self._of == os.getpid():
                os.close(self._handle)
            self._handle = -1

    def _take(self, path: Path) -> None:
        handle = self._opened(path)
        until, nap = time.monotonic() + self._wait, 0.001
        while not _locked(handle):
            if time.monotonic() >= until:
                raise StoreError(
                    f"The database {path}: another program keeps it locked. Wait for it to finish, or stop it"
                    " (a second `monitor`, a restore). Nothing was written."
                )
            time.sleep(nap)
            nap = min(2 * nap, _LONGEST_NAP)
        try:
            self._still_there(path)
        except BaseException:
            _unlock(handle)
            raise

    def _opened(self, path: Path) -> int:
        if self._handle < 0 or self._of != os.getpid():  # a fork shares its parent's lock: it needs one of its own
            name = path.with_name(path.name + SUFFIX)
            try:
                self._handle = os.open(name, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            except OSError as error:
                raise StoreError(
                    f"The database {path} may not be written: {name.name} beside it cannot be opened"
                    f" ({error.strerror}). Give the user that runs monitor write permission on the folder, and room on"
                    " its disk. Nothing was written."
                ) from error
            self._of = os.getpid()
        return self._handle

    def _still_there(self, path: Path) -> None:
        """Raises StoreError if the file was replaced under us: what we wrote would go nowhere."""
        try:
            found = os.stat(path)
        except FileNotFoundError as error:
            if self._file is None:
                return  # SQLite makes it in a moment
            raise StoreError(f"The database {path} was taken away while it was open. Put it back, or restore a backup,"
                             " and start monitor again. Nothing was written.") from error  # fmt: skip
        now = found.st_dev, found.st_ino
        if self._file is None:
            self._file = now
        if self._file != now:
            raise StoreError(f"The database {path} was replaced while it was open (a restore?). Start monitor again."
                             " Nothing was written.")  # fmt: skip


try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def _locked(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]

else:

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
