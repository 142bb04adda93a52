"""The server of one machine: application, engine, page and edge limits in one process with workers."""

from __future__ import annotations

import logging
import math
import os
import resource
import signal
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles

from gifmill import logs
from gifmill.effects import all_effects
from gifmill.errors import InvalidSetting, StoreFailed, TooManyRequests
from gifmill.server.edge.connection_limits import RESERVED_FILES, ConnectionLimits
from gifmill.server.edge.http_protocol import ServerConfig
from gifmill.server.edge.request_limits import RequestLimits
from gifmill.server.health import HealthChecker, probe
from gifmill.server.listening_socket import listen, url_host
from gifmill.server.local_engine import LocalEngine
from gifmill.server.metrics import Metrics
from gifmill.server.push_hub import PushHub
from gifmill.server.routes import LocalRoutes
from gifmill.server.workers.pool import WorkerPool
from gifmill.settings import Settings
from gifmill.store import advise, location_without_secrets, open_store
from gifmill.web import RequestLog, create_app

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.staticfiles import PathLike
    from starlette.types import Scope

    from gifmill.web import RequestRecord

_log = logging.getLogger("gifmill")

_GRACE_S = 10
"""How long a shutdown waits for requests in progress."""


def create_local_app(location: str, workers: int, settings: Settings) -> Starlette:
    """Create the application with the local engine.

    Args:
        location: the store, as `open_store` takes it; not in memory, which worker processes do not share.
        workers: number of processes that decode and render.
        settings: limits and lifetimes.

    Raises:
        InvalidSetting: the store does not exist.
        PluginFailed: a package that adds effects is broken.
        StoreFailed: the store cannot be written and read.
    """
    if location.startswith("memory:"):
        advice = "Use a folder, or a URL such as s3://bucket."
        raise InvalidSetting(f"{location!r} cannot be used: workers do not share memory. {advice}")
    all_effects()  # a broken plugin fails at start, not when it is ordered
    store, hub, metrics = open_store(location), PushHub(), Metrics()
    try:
        probe(store)
    except StoreFailed as error:
        reason, remedy = advise(location, error)
        message = f"{location_without_secrets(location)} cannot be read or written ({reason}). {remedy}"
        raise StoreFailed(message) from error
    pool = WorkerPool(location, workers, settings, lambda reason: metrics.worker_deaths.labels(reason).inc())
    metrics.add_gauge("workers", "Worker processes alive", lambda: pool.alive)
    metrics.add_gauge("workers_busy", "Busy workers", lambda: pool.busy)
    engine = LocalEngine(store, pool, settings, hub, metrics)
    local_routes = LocalRoutes(store, engine, hub, settings, metrics, HealthChecker(store, pool))
    metrics.add_gauge("sockets", "Open WebSockets", lambda: local_routes.open_sockets)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with engine.running():
            yield

    routes = [
        *local_routes.routes(),
        _PageMount("/", _PageFiles(packages=[("gifmill", "page")], html=True)),
    ]
    limits = Middleware(RequestLimits, settings=settings)
    app = create_app(store, engine, settings, routes=routes, middleware=[limits], lifespan=lifespan)
    app.state.metrics = metrics
    app.add_middleware(GZipMiddleware)  # as CloudFront does; images stay as they are
    return app


class _PageMount(Mount):
    """The page's files, for paths without a route. A path with a route is no file for other methods."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match paths that no route has, except those below /v1: a page file there would allow GET."""
        if f"{scope['path']}/".startswith("/v1/"):
            return Match.NONE, {}
        others = (route for route in scope["app"].routes if route is not self)
        if any(route.matches(scope)[0] is Match.PARTIAL for route in others):
            return Match.NONE, {}
        return super().matches(scope)


class _PageFiles(StaticFiles):
    """Static files that browsers revalidate each time: files of two versions do not work together."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file with `no-cache`."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        for unneeded in ("Accept-Ranges", "Last-Modified"):  # the ETag is enough, and each is sent 25 times
            del response.headers[unneeded]
        return response


def serve(host: str, port: int, location: str, workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C, and print the address once the server answers.

    Args:
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        location: a folder or the URL of a store.
        workers: number of processes that decode and render.

    Raises:
        InvalidSetting: the address is in use, a setting is invalid, or the store does not exist.
        StoreFailed: the store cannot be written and read.
    """
    _, max_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max_files, max_files))  # each open page is one
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each malformed form
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # workers already share the processors
    # Photos are private to holders of an id or view: other accounts of this machine cannot read them.
    os.umask(0o077)
    settings = _fit_to_machine(Settings.from_env(), max_files, workers)
    logs.configure(settings.log_format)
    # Before the store is opened: a server that cannot listen must not leave a folder.
    with listen(host, port) as listener:
        _serve(listener, f"http://{url_host(host)}:{listener.getsockname()[1]}/", location, workers, settings)


def _serve(listener: socket.socket, address: str, location: str, workers: int, settings: Settings) -> None:
    """Serve at a listening socket until SIGTERM or Ctrl-C."""
    app = create_local_app(location, workers, settings)
    metrics: Metrics = app.state.metrics
    config = ServerConfig(
        ConnectionLimits(settings, lambda code: metrics.refusals.labels(code).inc()),
        app=RequestLog(app, _RequestReporter(metrics)),
        access_log=False,  # paths contain ids and views
        log_config=None,
        log_level="error",  # it warns of each malformed request
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
    )
    for each in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has stopped
        signal.signal(each, lambda *_: None)
    _Server(config, app, address, location).run(sockets=[listener])


def _fit_to_machine(settings: Settings, max_files: int, workers: int) -> Settings:
    """Adapt connections to this machine's file limit, and decoder threads to its processors."""
    return replace(
        settings,
        max_connections=min(settings.max_connections, max(max_files - RESERVED_FILES, 1)),
        decoder_threads=max(settings.decoder_threads, (os.cpu_count() or 1) // workers),
    )


class _RequestReporter:
    """Counts and logs each finished request.

    Of the requests rejected by a rate limit, one per second is logged, with the number of others: a client
    that floods the server must not fill the disk.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._last_s = -math.inf
        self._unlogged = 0

    def __call__(self, record: RequestRecord) -> None:
        """Count and log one request."""
        self._metrics.count_request(record)
        fields = {**asdict(record), "seconds": round(record.seconds, 4)}
        if record.code == TooManyRequests.code:
            if time.monotonic() < self._last_s + 1:
                self._unlogged += 1
                return
            fields["others"] = self._unlogged
            self._last_s, self._unlogged = time.monotonic(), 0
        _log.info("answered", extra=logs.extra_fields(**fields))


class _Server(uvicorn.Server):
    """uvicorn, which prints the address at start and aborts uploads at shutdown."""

    def __init__(self, config: uvicorn.Config, app: Starlette, address: str, location: str) -> None:
        super().__init__(config)
        self._app = app
        self._address = address
        self._location = location

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and print the address."""
        await super().startup(sockets)
        if self.started:
            location = location_without_secrets(self._location)
            print(f"gifmill is at {self._address} (photos in {location}; Ctrl-C stops it)", flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Abort uploads, end waits for GIFs, then finish all other requests."""
        self._app.state.bodies.close()
        self._app.state.waits.close()
        await super().shutdown(sockets)
