"""What may stand in the file about recipients, channels, heartbeat and alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import Config, load_config
from watcher.errors import ConfigError

WEEKDAYS = frozenset(range(5))


def loaded(folder: Path, digest: str, environ: dict[str, str] | None = None) -> Config:
    file = folder / "config.toml"
    file.write_text(f'[watcher]\ntimezone = "Europe/Lisbon"\n[topics.nvidia]\nnames = ["Nvidia"]\n{digest}', "utf-8")
    return load_config(file, environ or {})


def refused(folder: Path, digest: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as raised:
        loaded(folder, digest, environ)
    return str(raised.value)


def test_recipients_have_hour_days_zone_and_language_of_their_own(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        """
[digest]
at = "07:00"
days = ["mon", "tue", "wed", "thu", "fri"]
[[digest.recipients]]
address = "a@r.example"
[[digest.recipients]]
address = "b@r.example"
days = ["sun"]
language = "de"
[[digest.recipients]]
address = "c@r.example"
at = "06:30"
timezone = "Asia/Tokyo"
""",
    )
    a, b, c = config.recipients
    assert a.schedule is not None
    assert b.schedule is not None
    assert c.schedule is not None
    assert (a.schedule.days, a.language) == (WEEKDAYS, "")
    assert (b.schedule.days, b.language) == (frozenset({6}), "de")
    assert (c.schedule.at, c.schedule.timezone, c.schedule.days) == ("06:30", "Asia/Tokyo", WEEKDAYS)
    # One line of editions for each hour and zone, on every day on which one of its readers wants one.
    assert [(each.at, each.timezone, len(each.days)) for each in config.schedules] == [
        ("07:00", "Europe/Lisbon", 6),
        ("06:30", "Asia/Tokyo", 5),
    ]


def test_an_alarm_names_a_channel_that_is_there_and_somebody_to_tell(tmp_path: Path) -> None:
    mail = '[digest.email]\nfrom = "w@r.example"\nhost = "mail.r.example"\n'
    said = refused(tmp_path, f'{mail}[digest.alarm]\nby = "08:00"\nchannel = "push"\n')
    assert 'digest.alarm.channel: expected a channel of this file (email), found "push"' in said
    said = refused(tmp_path, f'{mail}[digest.alarm]\nby = "8"\nchannel = "email"\n')
    assert "digest.alarm.by: expected a time of day" in said
    assert "digest.alarm.to: expected a list of mail addresses" in said
    config = loaded(tmp_path, f'{mail}[digest.alarm]\nby = "08:00"\nchannel = "email"\nto = ["ops@r.example"]\n')
    assert config.digest.alarm is not None
    assert config.digest.alarm.to == ("ops@r.example",)


def test_secrets_of_channels_come_from_outside_the_file_and_are_never_shown(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        '[digest.webhook]\nurl = "https://hook.example/"\nsecret = "kanarienvogel7"\n'
        '[digest.push]\naddresses = "ntfy://kanarienvogel7"\n',
    )
    assert "WATCHER_DIGEST__WEBHOOK__SECRET" in said
    assert "WATCHER_DIGEST__PUSH__ADDRESSES" in said
    assert "kanarienvogel7" not in said
    environ = {"WATCHER_DIGEST__HEARTBEAT": "kanarienvogel7", "WATCHER_DIGEST__WEBHOOK__URL": "kanarienvogel7"}
    said = refused(tmp_path, "", environ)
    assert "digest.heartbeat" in said
    assert "kanarienvogel7" not in said


def test_an_address_with_a_secret_in_it_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "beat").write_text("https://beat.example/kanarienvogel7\n", "utf-8")
    config = loaded(tmp_path, "", {"WATCHER_DIGEST__HEARTBEAT_FILE": str(tmp_path / "beat")})
    assert config.digest.heartbeat == "https://beat.example/kanarienvogel7"
