"""The server of one machine.

A worker process imports this package before it has limited its memory: nothing is imported here.
"""

from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.server.app import serve
    from gifmill.server.edge.connection_limits import RESERVED_FILES
    from gifmill.server.workers.process import ProcessDied, WorkerFailed, WorkerProcess

__all__ = ["RESERVED_FILES", "ProcessDied", "WorkerFailed", "WorkerProcess", "serve"]

__getattr__, __dir__ = lazy_names(
    __name__,
    app="serve",
    **{
        "edge.connection_limits": "RESERVED_FILES",
        "workers.process": "ProcessDied WorkerFailed WorkerProcess",
    },
)
