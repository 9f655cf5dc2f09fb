"""The schema that is written down is that of the API; whoever changes one is told to write the other: `make schema`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

SERVICE = Path(__file__).parents[1]
PRODUCTION = {
    "DEBUG": "0", "SECRET_KEY": "s" * 40, "SERVICE_TOKEN": "s" * 40, "RABBITMQ_URL": "amqp://u:unused@localhost/",
}  # fmt: skip
WRITTEN = SERVICE.parent / "docs" / "reference" / "openapi-monolith.yaml"


def test_it_is_the_one_that_is_written_down(tmp_path):
    made = tmp_path / "made.yaml"
    command = ["manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(made)]

    done = subprocess.run(
        [sys.executable, *command],
        cwd=SERVICE,
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert made.read_text() == WRITTEN.read_text(), "run: make schema"


@pytest.mark.django_db
def test_it_is_served_and_valid(browser):
    schema = yaml.safe_load(browser.get("/api/schema/").content)

    validate_schema(schema)
    assert schema == yaml.safe_load(WRITTEN.read_text())
    assert schema["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_pages_that_show_it_load_nothing_from_elsewhere(browser, path):
    page = browser.get(path, headers={"accept": "text/html"})

    assert page.status_code == 200
    assert "http://" not in page.content.decode()
    assert "https://" not in page.content.decode()
    scripts = [part.split('"')[0] for part in page.content.decode().split('src="')[1:]]
    assert scripts
    assert [browser.get(script).status_code for script in scripts] == [200] * len(scripts)


def test_each_operation_has_its_own_name_a_tag_and_words():
    schema = SchemaGenerator().get_schema(public=True)
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    tags = {tag["name"] for tag in schema["tags"]}

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert {tag for operation in operations for tag in operation["tags"]} == tags
    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []
