"""Each switch of `make safeguards` names a test that there is; whether it goes red is found out there."""

from pathlib import Path

import pytest

from tests.safeguards.switches import SWITCHES

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", SWITCHES)
def test_the_test_of_a_safeguard_exists(name):
    file, _, function = SWITCHES[name].test.partition("::")

    assert f"def {function}(" in (ROOT / file).read_text() if function else (ROOT / file).exists()


def test_every_switch_says_what_is_without_the_safeguard():
    assert [name for name, switch in SWITCHES.items() if not switch.without] == []
