"""Messages as files: whole or not there, and the same message is the same file."""

from pathlib import Path

import pytest

from monitor.errors import NotifyError
from monitor.model import Channel
from monitor.notify.files import FolderChannel
from tests.notify.examples import SITE, delivery, rich


def test_the_same_message_twice_is_one_file(tmp_path: Path) -> None:
    out = FolderChannel(tmp_path / "out", SITE)
    message = out.render(rich(), delivery())
    paths = {out.send(delivery(), message) for _ in range(2)}
    assert len(paths) == 1 and Path(paths.pop()).read_bytes() == message
    assert [p.suffix for p in (tmp_path / "out").iterdir()] == [".eml"]


def test_a_file_subscription_names_its_own_folder(tmp_path: Path) -> None:
    out = FolderChannel(tmp_path / "out", SITE)
    path = out.send(delivery(channel=Channel.FILE, address=str(tmp_path / "mine")), b"x")
    assert Path(path).parent == tmp_path / "mine"


def test_a_folder_that_cannot_be_written_says_so_and_the_message_waits(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be")
    with pytest.raises(NotifyError, match="cannot write into the folder") as caught:
        FolderChannel(tmp_path / "out", SITE).send(delivery(), b"x")
    assert not caught.value.permanent
