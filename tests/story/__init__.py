"""An invented story of the Mali pages, told as captures; it makes the fixtures of the tests.

`python -m tests.story` writes everything under tests/fixtures anew: the same bytes on every run.
"""

from tests.story.files import FIXTURES, NOISE, STORY, WARC, expected, story, write
from tests.story.timeline import Capture, Expect, capture, captures

__all__ = [
    "FIXTURES",
    "NOISE",
    "STORY",
    "WARC",
    "Capture",
    "Expect",
    "capture",
    "captures",
    "expected",
    "story",
    "write",
]
