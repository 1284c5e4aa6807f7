"""The pure middle: no network, disk, database, clock or randomness."""
