"""The files in deploy/: they parse, they call commands that there are, and they give away no more than they must."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from watcher.cli.program import program

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = ("watcher.service", "watcher-once.service")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
LEAST_EXPOSED = 1.5  # of 10; 1.2 with systemd 252. The rest is what it is there for: the network, and its own files


def keys(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_calls_commands_that_there_are(name: str):
    tree = typer.main.get_command(program)
    for line in keys(name)["ExecStart"]:
        executable, command, *rest = shlex.split(line)
        assert executable == "/opt/watcher/bin/watcher"
        options = {each for option in tree.commands[command].params for each in option.opts}  # type: ignore[attr-defined]
        assert {word for word in rest if word.startswith("--")} <= options


def test_the_daemon_is_watched_reloaded_and_not_restarted_for_a_mistake_of_its_owners():
    unit = keys("watcher.service")
    assert unit["Type"] == ["notify"]
    assert unit["WatchdogSec"] == ["2min"]
    assert unit["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert unit["RestartPreventExitStatus"] == ["2 78"]
    assert int(unit["TimeoutStopSec"][0].removesuffix("s")) > 10, "it ends within ten seconds"


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_can_write_to_its_own_folder_alone_and_has_no_rights(name: str):
    unit = keys(name)
    assert (unit["User"], unit["StateDirectory"], unit["ProtectSystem"]) == (["watcher"], ["watcher"], ["strict"])
    assert (unit["CapabilityBoundingSet"], unit["NoNewPrivileges"]) == ([""], ["yes"])
    assert "ReadWritePaths" not in unit
    assert not any("PASSWORD=" in value or "TOKEN=" in value for value in unit.get("Environment", []))


def test_both_units_have_the_same_sandbox():
    own = {"Type", "Description", "Documentation", "ExecStart", "ExecReload", "WatchdogSec", "Restart", "RestartSec",
           "RestartPreventExitStatus", "TimeoutStartSec", "TimeoutStopSec", "SuccessExitStatus", "MemoryHigh",
           "OOMPolicy", "WantedBy"}  # fmt: skip
    one, other = ({key: value for key, value in keys(name).items() if key not in own} for name in UNITS)
    assert one == other


@pytest.mark.parametrize("name", UNITS)
def test_systemd_itself_finds_little_exposed(name: str):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine; `apt-get install systemd` brings it")
    file = str(DEPLOY / name)
    done = subprocess.run([analyze, "security", "--offline=yes", "--no-pager", file], capture_output=True, text=True)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze is older than 250 and measures no files")
    level = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level[1]) <= LEAST_EXPOSED
    assert "Unknown" not in done.stderr, "no key is misspelt"


def test_the_timer_rings_for_the_unit_of_its_name():
    assert (DEPLOY / "watcher-once.timer").exists()
    assert "OnCalendar" in keys("watcher-once.timer")
    assert keys("watcher-once.service")["SuccessExitStatus"] == ["75"]


# --- the image ---


def test_the_image_runs_without_rights_from_wheels_with_pinned_versions():
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim", "python:3.11-slim"]
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "--only-binary :all:" in DOCKERFILE
    assert "--constraint constraints.txt" in DOCKERFILE
    assert re.search(r"^HEALTHCHECK .*\n.*/readyz", DOCKERFILE, re.MULTILINE)
    assert 'VOLUME ["/config", "/data"]' in DOCKERFILE
    assert DOCKERFILE.rindex("\nUSER ") < DOCKERFILE.rindex("\nENTRYPOINT ")
    assert "ADD " not in DOCKERFILE
    assert "apt-get" not in DOCKERFILE


def test_the_image_is_built_of_files_that_there_are_and_sees_no_others():
    root, allowed = DEPLOY.parent, (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert allowed[0] == "*"
    shown = {line.removeprefix("!") for line in allowed if line.startswith("!")}
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    ]
    assert set(copied) == shown
    assert all((root / name).exists() for name in copied)


def test_the_compose_file_keeps_the_root_read_only_and_secrets_in_files():
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    for line in ("read_only: true", "- ALL", "no-new-privileges:true", "- 127.0.0.1:8712:8712"):
        assert line in text
    assert not re.search(r"(PASSWORD|TOKEN|KEY|SECRET): ", text)
    assert re.search(r"WATCHER_SERVICE__TOKEN_FILE: /run/secrets/", text)
