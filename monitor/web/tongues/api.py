"""Our words on the page about the API; what its operations are called stays in English, like the API."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "api.title": "For programs",
    "api.lead": "All that these pages show can be read as JSON. Ids never change, lists come in pages, answers bear an"
                " ETag. An error says what to mend.",
    "api.operators": "operators, with a token",
}  # fmt: skip

FRENCH: Mapping[str, str] = {
    "api.title": "Pour les programmes",
    "api.lead": "Tout ce que montrent ces pages peut être lu en JSON. Les identifiants ne changent jamais, les listes"
                " viennent par pages, les réponses portent un ETag. Une erreur dit ce qu’il faut corriger.",
    "api.operators": "exploitants, avec un jeton",
}  # fmt: skip
