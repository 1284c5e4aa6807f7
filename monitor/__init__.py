"""Watches government travel advisories and tells people what changed.

As a library: `from monitor import compare`.
"""

TYPE_CHECKING = False  # as in typing, whose import would cost every start some milliseconds
if TYPE_CHECKING:
    from monitor.core.verdict import compare

__version__ = "0.1.0"
__all__ = ["__version__", "compare"]


def __getattr__(name: str) -> object:
    """Loads `compare` when somebody asks for it, so that the set-up can run without any library."""
    if name == "compare":
        from monitor.core import verdict

        return verdict.compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
