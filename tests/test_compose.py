"""docker-compose.yml and the Dockerfile: everything they name is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import cli, config
from monitor.web.access import ACCESS

ROOT = Path(__file__).parent.parent
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKER = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MADE: dict[str, Any] = yaml.safe_load(COMPOSE)
OURS = {name: service for name, service in MADE["services"].items() if service.get("image") == "advisory-monitor"}
SECRETS = {"MONITOR_SMTP_PASSWORD", "MONITOR_SECRET", "MONITOR_DKIM_KEY", "MONITOR_BOUNCE_TOKEN",
           "MONITOR_OPERATOR_PASSWORD_HASH"}  # fmt: skip
ELSEWHERE = {"MONITOR_NO_BOOTSTRAP", "MONITOR_CONFIG"}
"""Read before there is a configuration."""


def test_every_command_is_one_of_ours() -> None:
    asked = {service["command"][0] for service in OURS.values()}
    assert asked == {"migrate", "schedule", "worker", "web", "run"} and asked <= cli.main.commands.keys()
    for line in re.findall(r"python -m monitor (\w[\w-]*)", COMPOSE):
        assert line in cli.main.commands
    for service in OURS.values():
        test = service["healthcheck"].get("test", [])
        if "monitor" in test:
            command = cli.main.commands[test[test.index("monitor") + 1]]
            known = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in test if word.startswith("--")} <= known


def test_every_variable_is_one_that_the_program_reads() -> None:
    known = config._ENVIRONMENT.keys() | SECRETS | ELSEWHERE
    named = set(re.findall(r"MONITOR_[A-Z_]+", COMPOSE + DOCKER))
    assert {name.removesuffix("_FILE") for name in named} <= known


def test_every_port_and_path_that_is_asked_is_answered() -> None:
    assert config.Web().port == 8080 and "EXPOSE 8080" in DOCKER and "reverse_proxy web:8080" in COMPOSE
    for path in re.findall(r"127\.0\.0\.1:8080/(\w+)", COMPOSE + DOCKER):
        assert path in ACCESS
    for source in re.findall(r"^COPY (?!--)(\S+)", DOCKER, re.MULTILINE):
        assert (ROOT / source).exists()


def test_secrets_are_files_that_the_services_name() -> None:
    files = MADE["secrets"]
    for service in MADE["services"].values():
        assert set(service.get("secrets", [])) <= files.keys()
        for value in (service.get("environment") or {}).values():
            if str(value).startswith("/run/secrets/"):
                assert Path(value).name in files
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
    for service in OURS.values():
        named = {Path(str(v)).name for k, v in service["environment"].items() if k.endswith("_FILE") and v}
        assert named == set(service["secrets"])


def test_every_service_is_fenced_in() -> None:
    for name, service in MADE["services"].items():
        assert service["read_only"] is True and "no-new-privileges:true" in service["security_opt"], name
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert name == "mail" or "healthcheck" in service, name
        for dependency in service.get("depends_on", {}):
            assert dependency in MADE["services"]
    for service in OURS.values():
        assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER (?!root)", DOCKER, re.MULTILINE) and MADE["services"]["worker"]["deploy"]["replicas"] == 2


def test_compose_itself_takes_the_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed here")
    done = subprocess.run([docker, "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_one_image_serves_one_machine_and_a_cluster() -> None:
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"^FROM python:[\d.]+-slim$", DOCKER, re.MULTILINE)
    assert "--require-hashes" in DOCKER and "COPY requirements.lock" in DOCKER
    for package in ("procrastinate", "psycopg", "psycopg-binary", "psycopg-pool"):
        assert re.search(rf"^{package}==", locked, re.MULTILINE), "a worker needs it, and the image has what is locked"


def test_who_was_erased_is_noted_where_a_read_only_container_may_write() -> None:
    for name, service in OURS.items():
        assert "data:/data" in service["volumes"], name
        noted = service["environment"]["MONITOR_ERASED"] or service["environment"]["MONITOR_DATABASE_URL"]
        assert "/data/" in noted, name
