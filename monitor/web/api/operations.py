"""One table of the API: every operation, its parameters, what it takes and what it gives.

The routes are made from this table, and the description is; neither can promise what the other does not do. Who may
call an operation stands in `access.py`, like everything else that can be opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from monitor.web.api import reading, types, writing
from monitor.web.api.call import Call, Place

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for."""

    name: str
    """Name of the route, and the operationId."""
    method: str
    path: str
    """Below `PREFIX`, with names in braces."""
    summary: str
    does: Callable[[Place, Call], Any]
    query: type[msgspec.Struct] = types.Nothing
    body: Any = None
    gives: Any = None
    """None if there is nothing to give: 204."""
    status: int = 200
    missing: str = ""
    """What is said if the thing named in the path is not there; empty if nothing is named."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


NO_DESTINATION = "No destination with this key is watched."
NO_SOURCE = "No source with this id is watched."
NO_CHANGE = "No change with this event id is stored."
NO_SUBSCRIPTION = "This token opens no subscription: it is not ours, is too old, or the subscription has ended."

OPERATIONS: tuple[Operation, ...] = (
    Operation(name="api_destinations", method="GET", path="/destinations", query=types.Paged,
              summary="Destinations by key, each with its sources and where they stand",
              does=reading.destinations, gives=types.Page[types.Destination]),
    Operation(name="api_destination", method="GET", path="/destinations/{key}", summary="One destination",
              does=reading.destination, gives=types.Destination, missing=NO_DESTINATION),
    Operation(name="api_stands", method="GET", path="/destinations/{key}/stands", query=types.StandsAsked,
              summary="Every level and posture that a destination's sources took, oldest first",
              does=reading.stands, gives=types.Page[types.Stand], missing=NO_DESTINATION),
    Operation(name="api_sources", method="GET", path="/sources", query=types.SourcesAsked,
              summary="Watched sources by id", does=reading.sources, gives=types.Page[types.Source]),
    Operation(name="api_source", method="GET", path="/sources/{source_id}", summary="One source",
              does=reading.source, gives=types.Source, missing=NO_SOURCE),
    Operation(name="api_visits", method="GET", path="/sources/{source_id}/visits", query=types.Paged,
              summary="Every look at a source, newest first", does=reading.visits,
              gives=types.Page[types.Visit], missing=NO_SOURCE),
    Operation(name="api_changes", method="GET", path="/changes", query=types.ChangesAsked,
              summary="Changes, newest first", does=reading.changes, gives=types.Page[types.Summary]),
    Operation(name="api_change", method="GET", path="/changes/{event_id}", summary="One change with its evidence",
              does=reading.change, gives=types.Change, missing=NO_CHANGE),
    Operation(name="api_campaign", method="GET", path="/campaigns/{campaign_id}",
              summary="One edit on many destinations", does=reading.campaign, gives=types.Campaign,
              missing="No campaign with this id is stored."),
    Operation(name="api_chain", method="GET", path="/chain", summary="The newest link of the chain over all captures",
              does=reading.head, gives=types.ChainLink, missing="Nothing was captured yet."),
    Operation(name="api_links", method="GET", path="/chain/links", query=types.LinksAsked,
              summary="Links of the chain from a position on", does=reading.links,
              gives=types.Page[types.ChainLink]),
    Operation(name="api_subscribe", method="POST", path="/subscriptions", body=types.Ask, status=202,
              summary="Ask to be told by e-mail; a mail to the address asks to confirm it",
              does=writing.ask, gives=types.Asked),
    Operation(name="api_subscription", method="GET", path="/subscriptions/{token}",
              summary="A subscription, by the token in the link that manages it", does=writing.subscription,
              gives=types.Subscription, missing=NO_SUBSCRIPTION),
    Operation(name="api_wish", method="PUT", path="/subscriptions/{token}/wishes", body=types.Wishes,
              summary="Change what a subscription asks for", does=writing.wish, gives=types.Subscription,
              missing=NO_SUBSCRIPTION),
    Operation(name="api_pause", method="POST", path="/subscriptions/{token}/pause", summary="Send nothing for a while",
              does=writing.pause, gives=types.Subscription, missing=NO_SUBSCRIPTION),
    Operation(name="api_resume", method="POST", path="/subscriptions/{token}/resume", summary="Go on after a pause",
              does=writing.resume, gives=types.Subscription, missing=NO_SUBSCRIPTION),
    Operation(name="api_leave", method="DELETE", path="/subscriptions/{token}", query=types.Leaving, status=204,
              summary="End a subscription, and forget whose it was if that is asked", does=writing.leave,
              missing=NO_SUBSCRIPTION),
    Operation(name="api_deliveries", method="GET", path="/operators/deliveries", query=types.DeliveriesAsked,
              summary="Messages, newest first, without addresses (operators)", does=writing.deliveries,
              gives=types.Page[types.Delivery]),
    Operation(name="api_resend", method="POST", path="/operators/deliveries/{delivery_id}/resend",
              summary="Start again with a message that was given up (operators)", does=writing.resend,
              gives=types.Resent, missing="No message with this number is stored."),
    Operation(name="api_health", method="GET", path="/operators/health",
              summary="Counts by name (operators)", does=writing.health, gives=types.Health),
)  # fmt: skip
