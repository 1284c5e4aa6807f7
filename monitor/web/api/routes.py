"""The table of operations as routes: what is sent is checked, what is given is encoded, what fails is explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, Unauthorized

from monitor.errors import StoreError
from monitor.web import doors
from monitor.web.access import ACCESS, Who
from monitor.web.api import openapi, types
from monitor.web.api.call import Call, Place, Refused
from monitor.web.api.operations import OPERATIONS, PREFIX, Operation

JSON, PROBLEM = "application/json", "application/problem+json"
TITLES = {
    400: "The question cannot be asked so", 401: "Not without a token", 403: "Not for this caller", 404: "Not here",
    405: "Not with this method", 410: "Too old", 413: "Too large", 415: "Not JSON", 422: "This cannot be had",
    429: "Too often", 503: "The database does not answer",
}  # fmt: skip
OWN = {
    404: "There is nothing at this address.",
    405: "This address does not answer that method; nothing was changed.",
    413: "What was sent is larger than anything this address takes; nothing was changed.",
}


def routes(
    app: Flask, place: Place, *, name: str, base_url: str, trusted_proxies: Collection[str] = ()
) -> None:
    """Adds every operation below /api/v1, its description at /api/v1/openapi.json, and a page about it at /api."""
    trusted = doors.networks(trusted_proxies)
    described = msgspec.json.encode(openapi.description(OPERATIONS, name=name, base_url=base_url))
    for operation in OPERATIONS:
        if place.counter is None and "subscriptions" in operation.path:
            continue
        path = PREFIX + operation.path.replace("{", "<").replace("}", ">")
        app.add_url_rule(path, operation.name, _view(operation, place, trusted), methods=[operation.method])

    @app.get(f"{PREFIX}/openapi.json")
    def api_description() -> Response:
        return _conditional(described)

    @app.get("/api")
    def api() -> str:
        return render_template("api.html.j2", operations=OPERATIONS, prefix=PREFIX, open_to=_open_to)


def _open_to(operation: Operation) -> str:
    return "operators" if ACCESS[operation.name].who is Who.OPERATOR else ""


def below(path: str) -> bool:
    """Whether an error at this address is put as a problem, and not as a page."""
    return path.startswith(f"{PREFIX}/")


def explained(error: Exception) -> Response:
    """The problem document for what went wrong at an address of the API."""
    if isinstance(error, StoreError):
        return _problem(503, str(error))
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    given = (error.description or "") if isinstance(error, HTTPException) else ""
    words = OWN.get(code, given) if isinstance(error, HTTPException) and given == type(error).description else given
    if code >= 500 and code != 503:
        words = "A bug stopped this answer; the log has the details. Watching and sending go on."
    answer = _problem(code, words)
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, Unauthorized):
        for one in getattr(error, "challenges", ("Bearer",)):
            answer.headers.add("WWW-Authenticate", one)
    return answer


def _view(operation: Operation, place: Place, trusted: Collection[doors.Network]) -> Callable[..., Response]:
    def view(**named: str) -> Response:
        try:
            forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
            given = operation.does(place, Call(
                named=named, query=_query(operation.query), body=_body(operation.body),
                sender=doors.sender(request.remote_addr or "", forwarded, trusted)))  # fmt: skip
        except Refused as error:
            return _problem(error.status, str(error), error.field)
        if given is None:
            return _problem(404, operation.missing)
        if operation.gives is None:
            return Response(status=204)
        if operation.method != "GET":
            return Response(_encoded(given), status=operation.status, content_type=JSON)
        private = ACCESS[operation.name].who is not Who.PUBLIC
        return _conditional(_encoded(given), private=private)

    return view


def _conditional(made: bytes, *, private: bool = False) -> Response:
    answer = Response(made, content_type=JSON)
    if private:
        return answer  # no-store, as everything else of a reader's or an operator's own
    answer.add_etag()
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def _query(kind: type[msgspec.Struct]) -> Any:
    """The parameters, checked. One that we do not know would be a filter that silently does nothing."""
    known = kind.__struct_fields__
    for name in request.args:
        if name not in known:
            said = f"known ones: {', '.join(known)}" if known else "this address takes none"
            raise Refused(400, f"There is no parameter of this name; {said}.", name[:100])
        if len(request.args.getlist(name)) > 1:
            raise Refused(400, "This parameter is given twice.", name)
    try:
        return msgspec.convert(request.args.to_dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(400, _said(error), _field(error)) from error


def _body(kind: Any) -> Any:
    if kind is None:
        return None
    if request.mimetype != JSON:
        raise Refused(415, f"Send the body as {JSON}.")
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=kind)
    except msgspec.ValidationError as error:
        raise Refused(422, _said(error), _field(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, f"This is not JSON: {error}.") from error


def _said(error: msgspec.ValidationError) -> str:
    return f"{str(error).partition(' - at ')[0]}."


def _field(error: msgspec.ValidationError) -> str | None:
    return str(error).partition(" - at `$.")[2].rstrip("`") or None


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a page may hold half a character; JSON can say so only by its number
        return json.dumps(msgspec.to_builtins(value)).encode("ascii")


def _problem(status: int, detail: str, field: str | None = None) -> Response:
    title = TITLES.get(status, "Something went wrong")
    made = types.Problem(title=title, status=status, detail=detail or title, field=field)
    return Response(_encoded(made), status=status, content_type=PROBLEM)
