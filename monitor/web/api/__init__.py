"""The JSON API: what the pages show, for programs; and its description, made from the same types.

    types.py       what is given out and taken in
    told.py        stored values -> those types
    operations.py  one table: every operation, its parameters, what it takes and gives
    reading.py     what the operations that only read do
    writing.py     subscriptions, and what operators may do
    openapi.py     the table -> an OpenAPI 3.1 description
    routes.py      the table -> routes: checks what is sent, answers, explains
"""

from monitor.web.api.routes import routes

__all__ = ["routes"]
