"""Names of publishers, channels and parts of a page, in both languages."""

from __future__ import annotations

from monitor.audience import Channel, Language
from monitor.core.speech import countries
from monitor.core.zones import Zone

_EN, _FR = Language.EN, Language.FR

PUBLISHERS = {
    _EN: {
        "us-state": "U.S. Department of State", "us-embassy": "U.S. embassy",
        "uk-fcdo": "UK Foreign, Commonwealth & Development Office", "canada": "Global Affairs Canada",
        "australia": "Australia, Smartraveller", "ireland": "Ireland, Department of Foreign Affairs",
    },
    _FR: {
        "us-state": "Département d’État des États-Unis", "us-embassy": "Ambassade des États-Unis",
        "uk-fcdo": "Ministère britannique des Affaires étrangères, FCDO", "canada": "Affaires mondiales Canada",
        "australia": "Australie, Smartraveller", "ireland": "Ministère irlandais des Affaires étrangères",
    },
}  # fmt: skip
WHO = {
    _EN: {
        "us-state": "United States", "us-embassy": "U.S. embassies", "uk-fcdo": "United Kingdom",
        "canada": "Canada", "australia": "Australia", "ireland": "Ireland",
    },
    _FR: {
        "us-state": "États-Unis", "us-embassy": "Ambassades des États-Unis", "uk-fcdo": "Royaume-Uni",
        "canada": "Canada", "australia": "Australie", "ireland": "Irlande",
    },
}  # fmt: skip
CHANNELS = {
    _EN: {
        Channel.MAIL: "by e-mail", Channel.WEBHOOK: "by webhook", Channel.FILE: "as a file",
        Channel.SLACK: "in Slack", Channel.MATTERMOST: "in Mattermost", Channel.TEAMS: "in Teams",
        Channel.APPRISE: "through Apprise",
    },
    _FR: {
        Channel.MAIL: "par courriel", Channel.WEBHOOK: "par webhook", Channel.FILE: "dans un fichier",
        Channel.SLACK: "dans Slack", Channel.MATTERMOST: "dans Mattermost", Channel.TEAMS: "dans Teams",
        Channel.APPRISE: "par Apprise",
    },
}  # fmt: skip
ZONES = {
    _EN: {
        Zone.TOP: "warnings and advice", Zone.SAFETY: "safety and security", Zone.ENTRY: "entry and exit",
        Zone.HEALTH: "health", Zone.LAWS: "local laws", Zone.CONTACT: "embassies and help", Zone.OTHER: "other",
    },
    _FR: {
        Zone.TOP: "avertissements et conseils", Zone.SAFETY: "sécurité et sûreté",
        Zone.ENTRY: "entrée et sortie", Zone.HEALTH: "santé", Zone.LAWS: "lois locales",
        Zone.CONTACT: "ambassades et assistance", Zone.OTHER: "autres",
    },
}  # fmt: skip


def publisher(key: str, language: Language) -> str:
    return PUBLISHERS[language].get(key, key)


def place(name: str, language: Language) -> str:
    """A destination's name in the reader's language."""
    return countries.french(name) if language is Language.FR else name


def the(name: str) -> str:
    """A destination in a French sentence: "le Mali", "les Bahamas", "Cuba"."""
    return countries.with_article(name)


def listed(names: list[str], language: Language) -> str:
    """ "Mali, Niger and Chad", in French "le Mali" without its article: "Mali, Niger et Tchad"."""
    joint = " et " if language is Language.FR else " and "
    return joint.join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
