"""Units on a cluster: Dask distributed, whose client gives an executor like that of `concurrent.futures`.

The one door to `distributed`. A scheduler runs whatever is sent to its port, so one beyond this machine is talked to
with TLS or not at all. The code is not sent: every worker has the same version of this program installed.
"""

from __future__ import annotations

import ipaddress
import logging
import multiprocessing
import socket
from asyncio import CancelledError
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import watcher
from watcher.engine.cluster import Answer, OneEach
from watcher.engine.ordered import Ordered, Work
from watcher.errors import ConfigError, EngineError
from watcher.types import Unit

_PIP = "pip install 'toldonce[cluster]'"
_PATIENCE = 30.0  # seconds until a scheduler answers, and until it has a worker
_LOOKS = 200  # in a row, five a second, at which a scheduler may be out of reach
_LOOKS_ALONE = 600  # the same, without any worker: one that is started again needs a while
_AHEAD = 4  # units for each worker: at work, finished and waiting for an earlier one, or next
_TLS = "DASK_DISTRIBUTED__COMM__TLS__"


class DaskEngine(Ordered):
    """Satisfies `ports.Engine` with the workers of a scheduler.

    A unit whose worker is lost is begun again elsewhere, and given up after three: see `cluster`, which keeps what a
    loss costs at that unit. Whoever joins later is given units too, whoever cannot work on any is left out (`unfit`).
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
        self._unanswered = self._alone = 0
        self._client = _client(distributed, address)
        try:
            _check_workers(self._client, address)
            self._give = self._client.get_executor(pure=False, retries=0, allow_other_workers=False).submit
            self._each = OneEach(self._send, self._there, (KilledWorker,))
        except BaseException:
            self._client.close()
            raise
        super().__init__(self._each.submit, work, lambda: max(1, self._each.workers) * _AHEAD)

    def __enter__(self) -> DaskEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self._each.close()
        self._client.close()

    @property
    def unfit(self) -> Mapping[str, str]:
        """Workers that can work on no unit, and why: the others have theirs."""
        return self._each.unfit

    def look(self) -> None:
        # A client whose connection is cut tries for `_PATIENCE` to get it back; what was under way is given out again.
        self._unanswered = 0 if self._client.status == "running" else self._unanswered + 1
        if self._client.status == "closed" or self._unanswered > _LOOKS:
            raise EngineError(f"the scheduler at {self._address} is gone: run the same command again to go on")
        self._alone = 0 if self._each.workers else self._alone + 1
        unfit = next(iter(self._each.unfit.items()), None)
        if self._alone > _LOOKS_ALONE or (self._alone and unfit and not self._each.has_worked):
            if unfit:
                raise ConfigError(f"no worker of {self._address} can work on anything: {' '.join(unfit)}")
            raise EngineError(
                f"the scheduler at {self._address} has no worker any more: start some and run the same command again"
            )

    def _send(self, work: Work, unit: Unit, worker: str) -> Future[Answer]:
        sent: Future[Answer] = self._give(answered, watcher.__version__, work, unit, workers=[worker])
        return sent

    def _there(self) -> Mapping[str, bool] | None:
        if self._client.status != "running":
            return None
        try:
            # Not `scheduler_info`: what that has kept is emptied every other second, by the client itself.
            workers = self._client.sync(self._client.scheduler.identity, n_workers=-1)["workers"]
        except (Exception, CancelledError):  # noqa: BLE001 - whatever a connection ends with: `look` sees its end
            return None
        # One that is paused (its memory is nearly full) or about to leave has its unit still, and takes no other.
        return {address: about["status"] == "running" for address, about in workers.items()}


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
    if security is not None:
        _check_certificates(address, security)
    try:
        return distributed.Client(address, security=security, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise EngineError(f"no scheduler answers at {address}: {error or type(error).__name__}") from error


def _check_certificates(address: str, security: Any) -> None:
    """ConfigError for files that cannot be used: Dask would speak of a scheduler that does not answer."""
    for name in ("tls_ca_file", "tls_client_cert", "tls_client_key"):
        file = getattr(security, name)
        if file and "\n" not in file:  # else it is the certificate itself
            try:
                Path(file).read_bytes()
            except OSError as error:
                raise ConfigError(f"--scheduler {address}: {name} {file} cannot be read: {error.strerror}") from error
    try:
        security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise ConfigError(f"--scheduler {address}: its certificates cannot be used: {error}") from error


def _check_workers(client: Any, address: str) -> None:
    """EngineError where the workers that are there cannot do what we ask for."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise EngineError(f"the scheduler at {address} has no worker; start some: dask worker {address}") from error
    for worker, said in client.run(unfit, watcher.__version__, on_error="return").items():
        if isinstance(said, BaseException):
            raise EngineError(f"worker {worker} has no watcher that could be used ({said}); there: {_PIP}") from said
        if said:
            raise EngineError(f"worker {worker} {said}")


# --- what runs on the workers -----------------------------------------------------------------------------------------


def unfit(version: str) -> str:
    """Why this process cannot work on units of that version of the program; empty where it can."""
    if watcher.__version__ != version:
        return f"has watcher {watcher.__version__}, and here is {version}: there: {_PIP}"
    if multiprocessing.current_process().daemon:
        return (
            "may start no processes, so a page that kills could not be kept apart there: start it with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False"
        )
    return ""


def answered(version: str, work: Work, unit: Unit) -> Answer:
    """Works on a unit, if this worker can: one may join later than all were asked.

    Whatever goes wrong is an answer too: what is raised here by nobody of us comes from Dask, and means the worker.
    """
    if why := unfit(version):
        return "unfit", why
    try:
        load = work(unit)
    except ConfigError as error:  # something is missing here, for every unit
        return "unfit", f"says: {error} (there, on {socket.gethostname()})"
    except Exception as error:  # noqa: BLE001 - the boundary: whatever a file makes a reader raise is an answer
        return "raised", f"{type(error).__name__}: {error}"
    if load.trouble is None:
        return "done", load
    # A path leads to another place on every machine.
    text = f"{load.trouble.text} (looked for on the worker's machine, {socket.gethostname()})"
    return "done", replace(load, trouble=replace(load.trouble, text=text))
