"""docs/how-to/upgrade.md is typed by people whose data are in it: it parses, and names what there is."""

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/how-to/upgrade.md").read_text(), re.DOTALL)
COMPOSED = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SERVICES = {name for name, each in COMPOSED.items() if "profiles" not in each}
OF_OTHERS = {"rabbitmq", "database", "mail"}


def test_each_block_can_be_parsed():
    wrong = [subprocess.run(["sh", "-n"], input=block, text=True, capture_output=True).stderr for block in BLOCKS]

    assert wrong == [""] * len(BLOCKS)
    assert len(BLOCKS) > 5


def test_each_part_is_exchanged_one_by_one():
    [parts] = re.findall(r"for part in (.*?); do", "".join(BLOCKS).replace("\\\n", " "))

    assert set(parts.split()) == SERVICES - OF_OTHERS - {"lab"}  # which nobody waits for


def test_no_service_goes_on_writing_while_databases_are_dumped():
    [stopped] = re.findall(r"docker compose stop (.*)", "".join(BLOCKS).replace("\\\n", " "))

    assert set(stopped.split()) == SERVICES - OF_OTHERS
