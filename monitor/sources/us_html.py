"""Pages of travel.state.gov: three templates, told apart by their shape.

The site moved its pages one by one (sources notes, 0-1 and 2.3), so an address that served the old
country page yesterday may serve the new destination page today. Each of the three kinds therefore
reads whichever template came; the cut says which, and a switch is a rebase, not news.
"""

from __future__ import annotations

from typing import Protocol

from monitor.core import dom
from monitor.model import Cut, Page, Source
from monitor.sources import base, us_advisory, us_country, us_page


class Template(Protocol):
    """A module that reads one template."""

    TEMPLATE: str

    def is_shape(self, text: str) -> bool: ...

    def parts(self, root: dom.Element) -> list[dom.Element]:
        """The cleaned elements that everything is read from; raises `SplitError`."""

    def read(self, parts: list[dom.Element], source: Source) -> Cut: ...


TEMPLATES: tuple[Template, ...] = (us_page, us_country, us_advisory)
"""In the order of trying: the old country page carries pieces of the advisory page."""


def cut(source: Source, page: Page) -> Cut:
    template, found = _open(page)
    return template.read(found, source)


def fingerprint(source: Source, page: Page) -> str:
    template, found = _open(page)
    return dom.digest(template.TEMPLATE, found)


def essence(source: Source, page: Page) -> bytes | None:
    text = dom.decode(page)
    template = _template(text)
    return base.essence(text, template.TEMPLATE) if template is not None else None


def _template(text: str) -> Template | None:
    return next((one for one in TEMPLATES if one.is_shape(text)), None)


def _open(page: Page) -> tuple[Template, list[dom.Element]]:
    text = dom.decode(page)
    template = _template(text)
    if template is None:
        raise base.unreadable("This is no page of travel.state.gov that we know how to read.")
    return template, template.parts(dom.tree(text))
