"""Units on a cluster: Dask distributed, whose client gives an executor like that of `concurrent.futures`.

The one door to `distributed`. A scheduler runs whatever is sent to its port, so one beyond this machine is talked to
with TLS or not at all. The code is not sent: every worker has the same version of this program installed.
"""

from __future__ import annotations

import ipaddress
import logging
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import watcher
from watcher.engine.ordered import Ordered, Work
from watcher.errors import ConfigError, EngineError
from watcher.types import Load, Unit

_PIP = "pip install 'toldonce[cluster]'"
_PATIENCE = 30.0  # seconds until a scheduler answers, and until it has a worker
_LOOKS = 50  # in a row, five a second, at which a scheduler may be out of reach
_AHEAD = 4  # units in flight for each thread of the cluster at the start
_TLS = "DASK_DISTRIBUTED__COMM__TLS__"


class DaskEngine(Ordered):
    """Satisfies `ports.Engine` with the workers of a scheduler.

    A unit whose worker is lost is begun again elsewhere by the scheduler, as often as its `allowed-failures` says (3),
    and then given up.
    """

    def __init__(self, address: str, work: Work) -> None:
        check_address(address)
        try:
            import distributed
            from distributed.scheduler import KilledWorker
        except ImportError as error:
            raise ConfigError(f"--engine dask needs Dask, which is not installed: {_PIP}") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its troubles are told in our words
        self._address = address
        self._unanswered = 0
        self._client = _client(distributed, address)
        try:
            threads = _check_workers(self._client, address)
        except BaseException:
            self._client.close()
            raise
        executor = self._client.get_executor(pure=False, retries=0)
        super().__init__(
            executor.submit, partial(checked, watcher.__version__, work), max(1, threads) * _AHEAD, (KilledWorker,)
        )

    def __enter__(self) -> DaskEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def look(self) -> None:
        # A client goes on trying to reach its scheduler for as long as nobody ends it.
        self._unanswered = 0 if self._client.status == "running" else self._unanswered + 1
        if self._unanswered > _LOOKS:
            raise self._gone()

    def run(self, units: Iterable[Unit], stop: Callable[[], bool] = lambda: False) -> Iterator[Load]:
        for load in super().run(units, stop):
            # Without its scheduler nothing comes of any unit: that is no trouble of theirs.
            if load.trouble is not None and self._client.status != "running":
                raise self._gone()
            yield load

    def _gone(self) -> EngineError:
        return EngineError(f"the scheduler at {self._address} is gone: run the same command again to go on")


def check_address(address: str) -> None:
    """Raises ConfigError for a scheduler on another machine that is not talked to with TLS."""
    scheme, _, rest = address.rpartition("://")
    try:
        host = urlsplit(f"//{rest}").hostname or ""
    except ValueError:
        host = ""
    if scheme not in ("", "tcp", "tls") or not host:
        raise ConfigError(f"--scheduler {address}: write tcp://HOST:PORT or tls://HOST:PORT")
    if scheme != "tls" and not _is_here(host):
        raise ConfigError(
            f"--scheduler {address} is on another machine, and whoever reaches its port runs code there: begin it with "
            f"TLS, write tls://{rest}, and set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and {_TLS}CLIENT__KEY"
        )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _client(distributed: Any, address: str) -> Any:
    security = distributed.Security(require_encryption=True) if address.startswith("tls://") else None
    if security is not None and not (security.tls_ca_file and security.tls_client_cert):
        raise ConfigError(
            f"--scheduler {address}: TLS has no certificates; set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and "
            f"{_TLS}CLIENT__KEY to their files, or the same keys in Dask's own configuration"
        )
    try:
        return distributed.Client(address, security=security, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise EngineError(f"no scheduler answers at {address}: {error or type(error).__name__}") from error


def _check_workers(client: Any, address: str) -> int:
    """How many threads the workers have; EngineError where they cannot do what we ask for."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise EngineError(f"the scheduler at {address} has no worker; start some: dask worker {address}") from error
    for worker, said in client.run(about, on_error="return").items():
        if isinstance(said, BaseException):
            raise EngineError(f"worker {worker} has no watcher that could be used ({said}); there: {_PIP}") from said
        version, is_daemonic = said
        if version != watcher.__version__:
            raise EngineError(
                f"worker {worker} has watcher {version}, and here is {watcher.__version__}: there: {_PIP}"
            )
        if is_daemonic:
            raise EngineError(
                f"worker {worker} may start no processes, so a page that kills could not be kept apart there: start it "
                "with DASK_DISTRIBUTED__WORKER__DAEMON=False"
            )
    return sum(client.nthreads().values())


# --- what runs on the workers -----------------------------------------------------------------------------------------


def about() -> tuple[str, bool]:
    """The version that is installed here, and whether this process may have no children."""
    return watcher.__version__, multiprocessing.current_process().daemon


def checked(version: str, work: Work, unit: Unit) -> Load:
    """Works on a unit, if this worker has the version that sent it: one may join later than all were asked."""
    if watcher.__version__ != version:
        raise EngineError(f"this worker has watcher {watcher.__version__}, and {version} is asked for")
    return work(unit)
