"""waitress in a thread: starts at once, closes cleanly."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from waitress.server import create_server

from monitor.errors import ConfigError


class Server:
    """The pages, up until `close`."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        try:
            self._server: Any = create_server(app, host=host, port=port, threads=4, ident="")
        except OSError as error:
            raise ConfigError(
                f"the pages cannot be served at {host}:{port}: {error.strerror}; set another port in [web]"
            ) from error
        self.port: int = self._server.effective_port
        shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
        self.url = f"http://{shown}:{self.port}/"
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answers what is being asked, then stops."""
        self._server.close()
        self._thread.join(timeout=5)


def serve(app: Flask, host: str, port: int) -> Server:
    """Serves the app; port 0 takes a free one. Raises ConfigError if the port is taken."""
    return Server(app, host, port)
