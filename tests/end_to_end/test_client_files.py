"""The files for API clients: each request of each file, sent to the running application, is answered as it says."""

import pytest
import requests

from tests.end_to_end import client_files


@pytest.fixture(scope="module")
def settings(application) -> dict[str, str]:
    """What a learner fills in."""
    return {
        "monolith": f"http://localhost:{application['MONOLITH_PORT']}",
        "attendees": f"http://localhost:{application['ATTENDEES_PORT']}",
        "organiser_password": application["ORGANISER_PASSWORD"],
    }


@pytest.mark.parametrize("file", [client_files.insomnia, client_files.insomnia_4, client_files.rest_client])
def test_each_request_is_answered_as_its_file_says(file, settings):
    sent = list(file().send_all(**settings))

    assert len(sent) > 40
    assert [(name, expected, status) for name, expected, status in sent if expected != status] == []


def test_a_program_without_a_log_in_is_told_what_to_do(settings):
    answer = requests.put(f"{settings['monolith']}/api/presentations/3/approval/", timeout=10)

    assert answer.status_code == 401
    assert "COGO_OPEN_API=1" in answer.json()["message"]
