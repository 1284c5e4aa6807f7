"""What a pack proves and what it does not: the same words in its README and in the report of a check."""

from __future__ import annotations

PROVEN = (
    "The files belong together: none was altered, lost or added since the manifest was written.",
    "Each capture is, byte for byte, the one whose hash has its place in the chain of all captures. Address,"
    " time, status and headers are part of that hash.",
    "The words that are quoted stand in these captures, and the differences follow from them by rules that anybody"
    " can run again.",
    "If a link of this chain was noted down elsewhere, then every capture up to that link existed, as it is here, when"
    " it was noted down, and none was slipped in before it later.",
    "If the pack is signed and you know the key of the installation from elsewhere, then the pack was made with"
    " that installation's secret.",
)
NOT_PROVEN = (
    "That the server was the publisher's. It was asked by its name over TLS and its certificate was verified at the"
    " time, but the TLS session is not recorded and cannot be replayed.",
    "That our clock was right. The times are those of our own machine; the chain proves order, not hours.",
    "That whoever ran the installation did not make the captures up. The chain binds them from the moment at which a"
    " link was noted down by somebody else, and not before; without such a note it proves only that the pack agrees"
    " with itself.",
    "What the request said beyond the address: it is not recorded. It was an ordinary GET that names this program.",
    "That a message reached its reader. “Sent” means that a mail relay or an endpoint accepted it.",
    "That the rules judged well. They are printed in the program; the captures let you judge for yourself.",
)
