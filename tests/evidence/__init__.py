"""Packs: made, checked, and tampered with."""
