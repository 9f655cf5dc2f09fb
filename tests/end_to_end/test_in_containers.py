"""With a container engine: what `docker compose up` gives a newcomer."""

import json
import re
import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests import engine
from tests.end_to_end import controls, restoring
from tests.end_to_end.conftest import own_ports, press, run
from tests.end_to_end.controls import Controls

pytestmark = pytest.mark.skipif(bool(engine.why_not()), reason=engine.why_not())

MEBIBYTE = 1024 * 1024
SOON = 60_000  # milliseconds of patience; a machine may be busy


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[dict[str, str]]:
    nowhere = str(tmp_path_factory.mktemp("run"))  # nothing that runs natively is meant
    env = {**own_ports(), "COMPOSE_PROJECT_NAME": "conference-go-test", "RUN_DIR": nowhere}
    run("docker", "compose", "down", "--volumes", "--remove-orphans", env=env)
    try:
        run("docker", "compose", "up", "--build", "--detach", "--wait", env=env)
        yield env
    finally:
        down = ["docker", "compose", "--profile", "*", "down", "--volumes", "--remove-orphans"]
        run(*down, "--rmi", "local", env=env)


def containers(env: dict[str, str]) -> list[dict]:
    listed = run("docker", "compose", "ps", "--format", "json", env=env)
    return [json.loads(line) for line in listed.splitlines()]


def test_every_service_is_healthy_and_listens_on_this_machine_only(running):
    states = {each["Service"]: each["Health"] for each in containers(running)}

    assert set(states.values()) == {"healthy"}, states
    published = [port for each in containers(running) for port in each["Publishers"] or [] if port["PublishedPort"]]
    assert {port["URL"] for port in published} == {"127.0.0.1"}
    assert {port["TargetPort"] for port in published} == {8000, 8001, 8002, 8003, 1080, 15672}


def test_at_rest_the_whole_stack_fits_in_a_gibibyte(running):
    ids = [each["ID"] for each in containers(running)]
    stats = run("docker", "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", *ids, env=running)

    used = {line.split()[0]: _mebibytes(line.split()[1]) for line in stats.splitlines()}
    print(used)
    assert sum(used.values()) < 1024, used


def test_our_processes_are_not_root_and_cannot_write_to_their_image(running):
    for service in ("monolith", "monolith_outbox", "attendees_microservice", "presentation_workflow", "poller"):
        user = run("docker", "compose", "exec", "-T", service, "id", "-u", env=running)
        writable = run(
            "docker", "compose", "exec", "-T", service, "sh", "-c", "touch /app/x 2>/dev/null && echo yes || echo no",
            env=running,
        )  # fmt: skip
        assert (user.strip() != "0", writable.strip()) == (True, "no"), service


def test_the_tour_sees_everything_it_shows(running):
    shown = run("python", "-m", "lab", "tour", "--engine", "compose", env=running)

    assert "What happened" in shown


def test_a_first_message_leads_to_the_board_with_it_chosen(running):
    board = f"http://localhost:{running['LAB_PORT']}"
    start = f"http://localhost:{running['MONOLITH_PORT']}/"
    with requests.Session() as browser:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(start).text)[1]
        pressed = browser.post(
            f"{start}first-message/", data={"csrfmiddlewaretoken": token}, allow_redirects=False, timeout=30
        )

        chosen = pressed.headers["Location"]
        assert re.fullmatch(rf"{board}/\?message=[0-9a-f-]{{36}}", chosen)
        number = chosen.partition("=")[2]
        assert f'hx-get="/why/{number}"' in browser.get(chosen).text
        controls.until(lambda: "It arrived." in browser.get(f"{board}/why/{number}").text)


def test_the_race_is_run_on_the_containers_and_leaves_them_as_they_were(running, tmp_path):
    before = requests.get(f"http://127.0.0.1:{running['MONOLITH_PORT']}/api/conferences/").json()
    choices = "RACE=--quick --seconds 4 --intervals 1 --conferences 10"

    shown = run("make", "race", "ENGINE=compose", f"RACE_OUT={tmp_path}", choices, env=running)

    lanes = json.loads((tmp_path / "summary.json").read_text())["heats"][0]["lanes"]
    assert [(lane["lane"], lane["never"]) for lane in lanes] == [
        ("full 1 s x1", 0), ("etag 1 s x1", 0), ("delta 1 s x1", 0), ("fanout x1", 0),
    ]  # fmt: skip
    assert "What is claimed" in shown
    assert (tmp_path / "report.html").exists()
    assert requests.get(f"http://127.0.0.1:{running['MONOLITH_PORT']}/api/conferences/").json() == before


def test_workers_scale_to_three(running):
    scale = ["docker", "compose", "up", "--detach", "--no-recreate", "--wait"]
    run(*scale, "--scale", "presentation_workflow=3", env=running)

    workers = [each for each in containers(running) if each["Service"] == "presentation_workflow"]
    assert [worker["State"] for worker in workers] == ["running"] * 3
    run(*scale, env=running)


def test_pause_stop_and_start_behave(running):
    run("docker", "compose", "pause", "presentation_workflow", env=running)
    run("docker", "compose", "unpause", "presentation_workflow", env=running)
    run("docker", "compose", "stop", "attendees_subscriber", "monolith_outbox", env=running)
    run("docker", "compose", "start", "attendees_subscriber", "monolith_outbox", env=running)

    # The engine calls a paused container unhealthy until its next check.
    deadline = time.monotonic() + 120
    while {each["Health"] for each in containers(running)} != {"healthy"}:
        assert time.monotonic() < deadline, containers(running)
        time.sleep(1)


def test_what_is_typed_acts_on_what_runs(running):
    assert run("controls/engine", env=running).strip() == "compose"

    assert "conference-go-test-poller-1" in Controls(running).make("ps")


def test_a_part_is_stopped_and_started(running):
    controls.a_part_is_stopped_and_started(Controls(running))


def test_the_organisers_password_is_set(running):
    controls.the_organisers_password_is_set(Controls(running))


def test_everything_is_as_on_the_first_day(running):
    page = f"http://127.0.0.1:{running['MAIL_PORT']}/email"

    controls.everything_is_as_on_the_first_day(Controls(running), lambda: len(requests.get(page).json()))


def test_what_a_restore_lost_is_lost_everywhere(running, tmp_path):
    restoring.what_was_lost_is_lost_everywhere("compose", running, tmp_path / "kept")
    restoring.the_other_two_are_restored("compose", running, tmp_path / "kept")


def test_without_a_control_process_a_button_shows_what_to_type(running):
    board = f"http://localhost:{running['LAB_PORT']}"
    with requests.Session() as browser:
        browser.get(f"{board}/")
        pressed = browser.post(
            f"{board}/do/freeze-worker/", headers={"X-CSRFToken": browser.cookies["lab_csrf"], "Referer": f"{board}/"}
        )

    assert "docker compose pause presentation_workflow" in pressed.text


@pytest.fixture(scope="module")
def board(running, browser) -> Iterator[Page]:
    """In a browser, with the control process beside the lab."""
    run("docker", "compose", "--profile", "control", "up", "--detach", "--wait", "control", env=running)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"http://localhost:{running['LAB_PORT']}/")
    expect(page.locator("#live")).to_have_text("live", timeout=SOON)
    yield page
    page.close()


def test_from_the_click_to_the_dot_and_the_letter(board):
    began = time.monotonic()
    board.keyboard.press("a")

    board.wait_for_selector("#dots .presentation-approved", state="attached", timeout=SOON)
    dot = time.monotonic() - began
    letter = board.locator("#lines tr", has_text="Your presentation has been accepted").first
    expect(letter).to_be_visible(timeout=SOON)
    print(f"{1000 * dot:.0f} ms to the dot, {1000 * (time.monotonic() - began):.0f} ms to the letter")


def test_the_buttons_act_on_workers_in_containers(board, running):
    queue = board.locator('[data-node="queue:workflow.presentation_approvals"] [data-note]')
    press(board, "Pause one")
    expect(board.locator("#notice")).to_contain_text("is frozen", timeout=SOON)
    press(board, "Approve 100")
    expect(queue).to_have_text(re.compile(r"^[1-9]\d* ready"), timeout=2 * SOON)
    press(board, "Reset")
    expect(queue).to_have_text("empty", timeout=2 * SOON)

    press(board, "Kill one")
    expect(board.locator("#notice")).to_contain_text("was killed", timeout=SOON)
    press(board, "One more")
    expect(board.locator("#notice")).to_contain_text("presentation_workflow:2 starts", timeout=SOON)
    consumers = Controls(running).consumers
    controls.until(lambda: consumers("workflow.presentation_approvals") == 2)
    board.locator("#notice").get_by_role("button", name=re.compile("^Undo: ")).click()
    controls.until(lambda: consumers("workflow.presentation_approvals") == 1)
    controls.until(lambda: len([each for each in containers(running) if "presentation_workflow-" in each["Name"]]) == 1)


def test_the_buttons_stop_and_start_the_broker_in_its_container(board):
    press(board, "Stop it")
    expect(board.locator("#away")).to_contain_text("is away for", timeout=SOON)
    board.keyboard.press("a")
    monolith = board.locator('[data-node="producer:monolith"] [data-note]')
    expect(monolith).to_have_text(re.compile(r"outbox: [1-9]"), timeout=SOON)

    press(board, "Start it")

    expect(board.locator("#away")).to_be_hidden(timeout=3 * SOON)
    expect(monolith).to_have_text("outbox: empty", timeout=3 * SOON)


def test_the_control_process_has_no_network(running, board):
    [control] = [each for each in containers(running) if each["Service"] == "control"]

    networks = run("docker", "inspect", "--format", "{{json .NetworkSettings.Networks}}", control["ID"], env=running)

    assert list(json.loads(networks)) == ["none"]


def _mebibytes(usage: str) -> float:
    for unit, size in (("GiB", 1024), ("MiB", 1), ("KiB", 1 / 1024), ("B", 1 / MEBIBYTE)):
        if usage.endswith(unit):
            return float(usage.removesuffix(unit)) * size
    raise ValueError(usage)
