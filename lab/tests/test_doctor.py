"""Programs with exactly one hazard each, and programs that look alike but are sound."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from lab.doctor.hazard import REGISTRY, find
from lab.doctor.program import NotAProgram, read
from lab.tests.programs.sick import SICK
from lab.tests.programs.sound import SOUND

ROOT = Path(__file__).parents[2]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_bytes(dedent(text).encode())
    return folder


def found(folder: Path) -> set[str]:
    return {finding.hazard.name for finding in find(read(folder))}


@pytest.mark.parametrize("name", SICK)
def test_a_program_with_one_hazard_is_told_of_that_alone(name, tmp_path):
    assert found(write(tmp_path, SICK[name])) == {name}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_program_is_left_alone(name, tmp_path):
    assert found(write(tmp_path, SOUND[name])) == set()


def test_each_hazard_has_its_program():
    find(read(ROOT / "lab" / "doctor"))

    assert set(REGISTRY) == set(SICK)


def test_there_is_no_alarm_on_our_own_code():
    assert [f"{finding.path}:{finding.line} {finding.hazard.name}" for finding in find(read(ROOT))] == []


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    write(tmp_path, {"a.py": "def (:", "b.py": "requests.get('http://monolith/')"})

    program = read(tmp_path)

    assert [finding.path.name for finding in find(program)] == ["b.py"]
    assert list(program.unreadable) == [tmp_path / "a.py"]


def test_a_folder_without_a_program_is_said_so(tmp_path):
    with pytest.raises(NotAProgram, match="no Python file"):
        read(tmp_path)


def test_the_command_names_file_line_and_remedy(tmp_path):
    write(tmp_path, SICK["request-without-timeout"])

    ended = doctor("--code", str(tmp_path))

    assert ended.returncode == 1
    assert "poll.py:1: request-without-timeout" in ended.stdout
    assert "timeout=5" in ended.stdout


def test_the_command_answers_in_json_too(tmp_path):
    write(tmp_path, SICK["request-without-timeout"])

    lines = [json.loads(line) for line in doctor("--code", str(tmp_path), "--json").stdout.splitlines()]

    assert [(line["hazard"], line["file"], line["line"]) for line in lines] == [
        ("request-without-timeout", "poll.py", 1)
    ]


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab", "doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
