"""Faults on purpose: the real service is killed, or its disk and database fail, and the receivers are counted.

`python -m tests.faults kills | random | disk | restart` prints the tables of docs/reliability.md.
"""
