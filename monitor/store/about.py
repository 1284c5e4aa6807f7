"""How many messages are about one change: counted where they are, whoever they go to."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from monitor.audience import Channel, DeliveryState
from monitor.store.schema import deliveries


def messages(
    conn: Connection, change_id: int, campaign_id: str | None
) -> tuple[tuple[DeliveryState, Channel, int], ...]:
    """(state, channel, number), in a fixed order; those of its campaign too."""
    wanted = deliveries.c.change_id == change_id
    if campaign_id is not None:
        wanted = or_(wanted, deliveries.c.campaign_id == campaign_id)
    found = conn.execute(
        select(deliveries.c.state, deliveries.c.channel, func.count())
        .where(wanted)
        .group_by(deliveries.c.state, deliveries.c.channel)
    )
    return tuple(sorted((DeliveryState(state), Channel(channel), int(number)) for state, channel, number in found))
