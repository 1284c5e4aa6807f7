"""`monitor run`: scheduler, deliveries and status page in one process."""
