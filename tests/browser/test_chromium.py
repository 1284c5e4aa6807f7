"""A page that nobody looked at is never taken for one that is good."""

from __future__ import annotations

import pytest

from tests import npm
from tests.browser import chromium


def opened() -> None:
    with chromium.started():
        pass


def test_without_a_browser_it_is_a_failure_where_everything_has_to_be_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    for look in (opened, lambda: chromium.vnu([]), lambda: npm.installed(chromium.JUDGES, "NO PAGE WAS JUDGED")):
        with pytest.raises(pytest.fail.Exception, match=r"NO PAGE WAS .*apt-get install"):
            look()


def test_without_a_browser_it_is_skipped_elsewhere_and_says_what_was_not_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="NO PAGE WAS LOOKED AT IN A BROWSER: Chromium is not installed"):
        opened()


def test_a_browser_that_does_not_start_is_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(chromium.shutil, "which", lambda name: "/bin/false")
    with pytest.raises(pytest.fail.Exception, match="does not start"):
        opened()
