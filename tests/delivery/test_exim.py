"""One delivery through a real mail server, Debian's exim4, into a maildir: what arrives is what was sent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest
from command import PATIENCE

from watcher.delivering import deliver
from watcher.delivery.compose import compose_mail, message_id
from watcher.delivery.email import EmailChannel, EmailSettings
from watcher.store import open_store
from watcher.types import Edition, Message, OutboxRow

EXIM = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_exim = pytest.mark.skipif(
    EXIM is None, reason="no exim4 on this machine; `apt-get install exim4-daemon-light` brings it"
)
START = datetime(2026, 11, 22, 7, tzinfo=UTC)
READER = "reader@mx.example"
ONE_CLICK = "https://news.example.org/w/u/" + "Ab1_-" * 40
# Takes mail for mx.example on loopback and writes it into a folder, as the user who runs the test.
CONFIG = """\
primary_hostname = mx.example
spool_directory = {folder}/spool
log_file_path = {folder}/log-%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
keep_environment =
never_users =
deliver_drop_privilege = true
acl_smtp_rcpt = accept_here
acl_smtp_data = accept_here
begin acl
accept_here:
  accept
begin routers
here:
  driver = accept
  domains = mx.example
  transport = folder
begin transports
folder:
  driver = appendfile
  maildir_format = true
  directory = {folder}/maildir
  create_directory = true
  use_crlf = true
"""


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def exim() -> Iterator[tuple[int, Path]]:
    """A running exim4: its port, and the folder that mail arrives in."""
    assert EXIM is not None
    # Not pytest's own folder: exim gives up its rights, and nobody else may look into that.
    with tempfile.TemporaryDirectory(prefix="exim-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o777)
        for inner in ("spool", "maildir"):
            (folder / inner).mkdir()
            (folder / inner).chmod(0o777)
        config = folder / "exim.conf"
        config.write_text(CONFIG.format(folder=folder, port=port), "utf-8")
        daemon = subprocess.Popen([EXIM, "-C", config, "-bdf"], stderr=subprocess.PIPE, text=True)
        try:
            _until_it_listens(daemon, port)
            yield port, folder / "maildir"
        finally:
            daemon.terminate()
            daemon.communicate(timeout=PATIENCE)


def _until_it_listens(daemon: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert daemon.poll() is None, f"exim4 ended: {daemon.stderr.read() if daemon.stderr else ''}"
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("exim4 did not listen")


def arrived(maildir: Path) -> bytes:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for file in (maildir / "new").glob("*"):
            return file.read_bytes()
        time.sleep(0.05)
    logs = [file.read_text("utf-8", "replace") for file in maildir.parent.glob("log-*")]
    pytest.fail(f"nothing arrived: {logs}")


@needs_exim
def test_what_arrives_behind_a_real_mail_server_is_what_was_sent(exim: tuple[int, Path], tmp_path: Path) -> None:
    port, maildir = exim
    id = message_id("2026-11-22 07:00 UTC", READER, "desk.example")
    payload = compose_mail(
        Message(
            "Ascend, DeepSeek: três notícias 昇腾 " * 6, "<p>Olá</p>" * 200, "Olá\n.\n..x\nFrom here\n" + "word " * 400
        ),
        sender="Wächter <watcher@desk.example>",
        recipient=READER,
        message_id=id,
        date=START,
        list_id="editions.desk.example",
        unsubscribe=ONE_CLICK,
        language="pt",
    )
    edition = Edition(0, date(2026, 11, 22), "07:00 UTC", START - timedelta(days=1), START, START, (), ())
    settings = EmailSettings("watcher@desk.example", "127.0.0.1", port, "none", timeout=PATIENCE)
    with open_store(tmp_path) as store:
        with store.writing() as writer:
            writer.publish(edition, [OutboxRow(0, 0, "email", READER, id, payload, "waiting", 0, START, START)])
        ((row, receipt),) = deliver(store, {"email": EmailChannel(settings)}, lambda: START)
    assert (row.recipient, receipt.state) == (READER, "delivered"), receipt
    raw = arrived(maildir)
    # A mail server adds its trace at the top, and nothing else.
    top, ours = raw[: raw.index(b"Date: ")], raw[raw.index(b"Date: ") :]
    assert set(BytesParser().parsebytes(top + b"\r\n").keys()) == {"Received"}
    assert ours == payload
    assert f"List-Unsubscribe: <{ONE_CLICK}>, <mailto:watcher@desk.example?subject=unsubscribe>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    parsed = BytesParser(policy=SMTP).parsebytes(raw)
    assert (parsed["Message-ID"], parsed["Content-Language"]) == (id, "pt")
    assert not parsed.defects
