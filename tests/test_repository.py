"""What people and machines look for in a repository is there, and says what the project does."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.load((ROOT / ".github/workflows/ci.yml").read_text(), Loader=yaml.BaseLoader)  # `on` stays a word
JOBS = WORKFLOW["jobs"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
PINNED = dict(re.findall(r"^([\w-]+)==([^\s;]+)", (ROOT / "tests/requirements.txt").read_text(), re.MULTILINE))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
for included in COMPOSE.get("include", []):
    COMPOSE["services"] |= yaml.safe_load((ROOT / included).read_text())["services"]
# What an image of GitHub's has, and we may not have here.
OF_THE_RUNNER = {"sudo"}


def commands() -> list[list[str]]:
    steps = [step for job in JOBS.values() for step in job["steps"]]
    return [shlex.split(line) for step in steps for line in step.get("run", "").splitlines()]


def test_the_license_names_its_holders():
    text = (ROOT / "LICENSE").read_text()

    assert text.startswith("MIT License\n")
    assert "the Conference GO authors" in text


@pytest.mark.parametrize("page", ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_target_that_a_page_names_is_one(page):
    named = {name for line in re.findall(r"make ([a-z. /|-]+)", (ROOT / page).read_text()) for name in line.split()[:1]}
    targets = {name for line in re.findall(r"^([\w /.-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
               for name in line.split()}  # fmt: skip

    assert named <= targets


def test_the_changes_begin_with_what_is_to_come_and_name_the_version():
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert heads[:2] == ["Not yet released", version]


def test_hooks_before_a_commit_are_of_the_versions_that_the_tests_use():
    ruff = next(repo for repo in HOOKS if repo["repo"].endswith("/ruff-pre-commit"))
    local = next(repo for repo in HOOKS if repo["repo"] == "local")

    assert ruff["rev"] == f"v{PINNED['ruff']}"
    assert {hook["id"] for hook in ruff["hooks"]} == {"ruff-check", "ruff-format"}
    # That of .venv, in which tests/requirements.txt is installed.
    assert [hook["entry"] for hook in local["hooks"]] == [".venv/bin/mypy"]
    installed = subprocess.run([".venv/bin/mypy", "--version"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert installed.stdout.split()[1] == PINNED["mypy"]


def test_the_workflow_runs_what_a_machine_does_with_a_fresh_clone():
    assert [".ci/run"] in commands()
    for command in commands():
        program = ROOT / command[0]
        assert os.access(program, os.X_OK) or command[0] in OF_THE_RUNNER or shutil.which(command[0]), command


def test_the_workflow_runs_folders_that_there_are():
    folders = {folder for command in commands() if command[0] == ".ci/run" for folder in command[1:]}

    assert folders
    assert [folder for folder in folders if not (ROOT / folder / "pytest.ini").exists()] == []


def test_the_script_of_the_workflow_can_be_parsed():
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)


def test_a_folder_s_tests_can_be_run_alone():
    """As the workflow does with each RabbitMQ."""
    shown = subprocess.run([".ci/run", "poller"], cwd=ROOT, capture_output=True, text=True)

    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_the_workflow_tries_every_python_and_rabbitmq_that_we_support():
    least = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    assert JOBS["python"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert least == ">=3.11"
    assert JOBS["rabbitmq"]["strategy"]["matrix"]["rabbitmq"] == ["3.13", "4.0", "4"]
    assert COMPOSE["services"]["rabbitmq"]["image"] == "rabbitmq:4-management"


def test_the_workflow_sets_the_variables_that_the_tests_read():
    plugin = (ROOT / "native/pytest_services.py").read_text()

    variables = JOBS["rabbitmq"]["env"]
    assert set(variables) == set(re.findall(r"TEST_[A-Z_]+", plugin.split('"""', 2)[2]))
    published = {port.split(":")[0] for service in JOBS["rabbitmq"]["services"].values() for port in service["ports"]}
    assert {re.search(r":(\d+)(?:/|$)", url)[1] for url in variables.values()} == published


def test_the_dev_container_names_every_port_of_the_compose_file():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    published = {
        int(re.search(r":-(\d+)\}", port)[1])
        for service in COMPOSE["services"].values()
        for port in service.get("ports", [])
    }

    assert set(container["forwardPorts"]) == published
    assert {int(port) for port in container["portsAttributes"]} == published
    assert any("docker.sock" in mount for mount in container["mounts"])


def test_new_versions_are_looked_for_wherever_some_are_pinned():
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    folders = {
        update["package-ecosystem"]: set(update.get("directories", [update.get("directory")])) for update in updates
    }
    pinned = subprocess.run(
        ["git", "ls-files", "*requirements.in"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert folders["pip"] == {f"/{Path(file).parent}".rstrip(".") for file in pinned.stdout.split()}
    assert {"docker", "docker-compose", "github-actions"} <= set(folders)


def test_services_have_the_same_names_everywhere():
    from controls.services import SERVICES
    from native.overview import PURPOSES
    from native.stack import BASE, WORKERS

    of_compose = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    assert of_compose == set(SERVICES) == {*BASE, WORKERS, "lab"} == set(PURPOSES)
