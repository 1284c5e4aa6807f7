"""Messages as files in a folder: the way out where no mail server is set up."""

from __future__ import annotations

import os
import re
from pathlib import Path

from monitor.errors import NotifyError
from monitor.model import Delivery, Notice
from monitor.notify import mail
from monitor.notify.mail import Site


class FolderChannel:
    """Writes each message as one .eml file; the same message twice is the same file."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._folder, self._site = folder, site

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return mail.render(notice, delivery, self._site)

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The file's path. Raises NotifyError, transient, if it cannot be written."""
        folder = self._folder if "@" in delivery.address else _named(delivery.address) or self._folder
        path = folder / name(delivery)
        part = path.with_suffix(".part")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(message)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except OSError as error:
            raise NotifyError(
                f"cannot write into the folder {folder}: {error.strerror}; make room or allow writing, the "
                "message waits"
            ) from error
        return str(path)


def name(delivery: Delivery) -> str:
    """When and what, in letters that every file system takes."""
    token = re.sub(r"[^A-Za-z0-9]+", "-", delivery.message_id.partition("@")[0]).strip("-")
    return f"{delivery.created_at:%Y-%m-%dT%H%M%SZ}-{token[-48:]}.eml"


def _named(address: str) -> Path | None:
    return Path(address) if address else None
