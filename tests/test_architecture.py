"""Who may import whom, how long a file may be, and that the settings are all written down."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 250

SERVICES = {
    "monolith": {"conference_go", "message_docs", "usage", "accounts", "events", "presentations"},
    "attendees_microservice": {"attendees_bc", "attendees"},
    "presentation_workflow": {"presentation_mailer"},
    "poller": {"poller"},
}
WEB = {"django", "rest_framework", "drf_standardized_errors", "dj_database_url", "whitenoise", "granian"}
ALL_SERVICE_PACKAGES = set().union(*SERVICES.values())

# folder → what its files may not import
FORBIDDEN = {
    "telemetry": ALL_SERVICE_PACKAGES | WEB | {"lab", "native", "web", "messaging", "contracts", "pika"} | {"requests"},
    "messaging": ALL_SERVICE_PACKAGES | {"contracts", "lab", "native", "telemetry", "web"},
    "contracts": ALL_SERVICE_PACKAGES | WEB | {"lab", "native", "web"},
    "web": ALL_SERVICE_PACKAGES | {"contracts", "lab", "native", "messaging"},
    **{service: (ALL_SERVICE_PACKAGES - own) | {"lab", "native"} for service, own in SERVICES.items()},
    "native": ALL_SERVICE_PACKAGES | {"contracts", "lab", "messaging", "web"},
}
FORBIDDEN["poller"] |= WEB | {"contracts", "messaging", "web", "pika"}
FORBIDDEN["presentation_workflow"] |= {"web"}


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def code(folder: str) -> list[Path]:
    return [path for path in tracked(f"{folder}/**.py") if "tests" not in path.parts]


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_folder_imports_only_what_it_may(folder):
    assert code(folder), f"no code in {folder}"

    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in code(folder)
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN[folder]
    }

    assert wrong == set()


def test_the_core_of_messaging_knows_no_framework():
    of_the_database = {"database.py", "schema.py", "sessions.py", "waiting.py"}
    core = [path for path in (ROOT / "messaging").glob("*.py") if path.name not in of_the_database]

    assert {(path.name, name) for path in core for name in imported(path) if name.split(".")[0] in WEB} == set()


def test_messaging_can_be_copied_it_has_no_word_of_what_the_services_are_about():
    nouns = re.compile(r"conference|account|presentation|presenter|attendee|workflow|monolith|course", re.IGNORECASE)

    found = {
        (str(path.relative_to(ROOT)), line.strip())
        for path in code("messaging")
        for line in path.read_text().splitlines()
        if nouns.search(line.replace("connection_workflow", ""))  # a module of pika
    }

    assert found == set()


def test_views_call_actions_and_know_nothing_of_messages():
    views = [path for path in tracked("*views.py") if "tests" not in path.parts]

    assert views
    assert {
        (str(path), name) for path in views for name in imported(path) if name.startswith(("messaging", "contracts"))
    } == set()


def test_models_do_no_input_or_output():
    models = [path for path in tracked("*models.py") if path.parent.parent != ROOT / "messaging"]

    assert models
    wrong = {"requests", "messaging", "contracts", "pika", "smtplib"}
    assert {(str(p), name) for p in models for name in imported(p) if name.split(".")[0] in wrong} == set()


def test_no_file_is_too_long_to_read():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked("*.py")}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(ROOT))
        for folder in (*SERVICES, "messaging", "contracts", "web", "lab")
        for path in code(folder)
        if re.search(r"os\.environ\[|os\.environ\.get|os\.getenv|Env\(\)", path.read_text())
        and path.name != "settings.py"
    }

    assert readers <= {"lab/hello/" + Path(name).name for name in readers}


def variables_read() -> set[str]:
    pattern = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']""")
    in_settings = {name for path in tracked("*settings.py") for name in pattern.findall(path.read_text())}
    compose = {
        name
        for path in tracked("docker-compose*.yml")
        if path.parent == ROOT
        for name in re.findall(r"\$\{([A-Z][A-Z0-9_]+)", path.read_text())
    }
    return in_settings | compose


def test_the_sample_of_the_environment_lists_every_variable_that_is_read():
    listed = set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.sample").read_text(), re.MULTILINE))

    assert listed == variables_read()


def test_what_is_counted_is_written_down():
    counted = re.compile(r"""(?:Counter|Gauge|Histogram)\(\s*"([a-z_]+)\"""")
    in_code = {
        name
        for folder in SERVICES | {"messaging": {}}
        for path in code(folder)
        for name in counted.findall(path.read_text())
    }
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()

    assert in_code == set(re.findall(r"`((?:messaging|letters)_[a-z_]+)[`{]", page))


def test_lines_end_as_linux_expects_them():
    assert [
        path for path in tracked("*") if path.suffix not in {".png", ".gif", ".webp"} and b"\r\n" in path.read_bytes()
    ] == []
