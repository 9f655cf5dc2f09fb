"""A machine vanishes, with what ran there: no connection is closed, and nobody's kernel answers any more.

What ran there goes on by itself and knows nothing; another one, elsewhere, has to take over what it had in hand.
`make faults-nodes` writes the table of docs/explanation/faults-nodes.md.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg2
import pytest
import requests

from native.rabbitmq import free_port
from tests.faults.driver import Load
from tests.faults.mail_server import DRIP
from tests.faults.patience import until
from tests.faults.processes import READY, Process
from tests.faults.taking_over import seconds_until, taken_over
from tests.faults.test_poller_faults import conferences_differ

TOKEN = """
from accounts.models import Account
from rest_framework.authtoken.models import Token
who = Account.objects.create_user("organiser@example.com", "organiser@example.com", None, is_staff=True)
print(Token.objects.create(user=who))
"""
TALKS = """
    INSERT INTO presentations_presentation
        (presenter_name, presenter_email, title, synopsis, status, created, conference_id)
    SELECT 'Ada', n || '@example.com', 'Talk ' || n, '-', 'SUBMITTED', now(), (SELECT min(id) FROM events_conference)
      FROM generate_series(1, %s) AS n RETURNING id
"""
LOCK = "SELECT id FROM presentations_presentation WHERE id = %s FOR UPDATE"


@pytest.fixture
def second(stage) -> Iterator[Callable[..., Process]]:
    """Starts one more of a kind, at home."""

    def start(kind: str, number: int = 1, **env: str) -> Process:
        process = stage.process(kind, number)
        stage.extra.append(process)
        process.start(**env)
        process.wait_ready()
        return process

    return start


def back_again(machine, *processes: Process) -> None:
    """Join the machine to the others again, and wait until what runs there does what it is for."""
    marks = [process.mark() for process in processes]
    machine.heal()
    for process, mark in zip(processes, marks, strict=True):
        assert until(lambda p=process, m=mark: p.count(READY, m), 60), f"{process.name} does not come back"


@pytest.mark.quick
def test_the_relays_machine_may_vanish(stage, machine, moved, second):
    moved(stage.relay)
    standby = second("relay")
    assert standby.count("standing by")
    load = stage.load(decisions=300, changes=100, seconds=8)
    time.sleep(3)
    mark = standby.mark()
    machine.cut()
    seconds = seconds_until(lambda: standby.count("relaying the outbox", mark))
    stage.driver.wait(load)
    stage.drain(load)
    back_again(machine, stage.relay)

    stage.settle("cut: the relay's machine", load, taken_over(seconds))


def test_a_workers_machine_may_vanish_with_a_letter_in_hand(stage, machine, moved):
    lost, _ = stage.workers
    moved(lost)
    stage.mail.script.instead["MAIL"] = DRIP  # a letter takes ten seconds to be asked for
    load = stage.load(decisions=8, changes=0, seconds=0.1)
    stage.driver.wait(load)
    assert until(lambda: stage.mail.script.played.get("MAIL", 0) >= 2), "not each worker has a letter in hand"
    machine.cut()
    stage.mail.behave()
    seconds = seconds_until(lambda: len({letter.message_id for letter in stage.mail.script.letters}) == 8)
    back_again(machine, lost)

    stage.settle("cut: a worker's machine, a letter in hand", load, taken_over(seconds), cuts=1)


def test_a_subscribers_machine_may_vanish(stage, machine, moved, second):
    """There is one only, so it is started elsewhere."""
    moved(stage.subscriber)
    load = stage.load(decisions=0, changes=100, seconds=1)
    time.sleep(0.5)
    machine.cut()
    cut = time.monotonic()
    in_hand = until(lambda: stage.broker.waiting(stage.vhost).get("attendees.account_info"), 5)
    second("subscriber")
    stage.driver.wait(load)
    seconds = seconds_until(lambda: not stage.checker.look([], []).copies_differ, since=cut)
    back_again(machine, stage.subscriber)

    stage.settle("cut: a subscriber's machine", load, taken_over(seconds) if in_hand else "")


def test_a_web_services_machine_may_vanish_in_the_middle_of_an_approval(stage, machine, second):
    other = second("web", WEB_HOST=stage.address)
    lost = stage.process("web", 2)
    stage.extra.append(lost)
    stage.move(lost, machine)
    token = other.command("shell", "-v0", "-c", TOKEN).split()[-1]
    stage.driver.wait(stage.load(decisions=1, changes=0, seconds=0.1))  # makes the conference
    talks = [pk for (pk,) in stage.database.ask(f"monolith_{stage.vhost}", TALKS, [40])]
    load = Load(talks, [], len(talks))

    def approve(pk: int, *addresses: str) -> bool:
        """By the first of these that answers, as behind a balancer."""
        for address in addresses:
            with suppress(requests.RequestException):
                began = time.monotonic()
                answer = requests.put(
                    f"http://{address}:{stage.web_port}/api/presentations/{pk}/approval/",
                    headers={"Authorization": f"Token {token}", "Host": "localhost"},
                    timeout=(1, 8),
                )
                if answer.ok:
                    load.ok.append(pk)
                    load.milliseconds.append(1000 * (time.monotonic() - began))
                    return True
        return False

    for pk in talks[:20]:
        assert approve(pk, machine.address)
    in_hand, *rest = talks[20:]
    with closing(psycopg2.connect(stage.database.url(f"monolith_{stage.vhost}", "postgres"))) as session:
        session.cursor().execute(LOCK, [in_hand])
        with ThreadPoolExecutor() as pool:
            pool.submit(approve, in_hand, machine.address)
            assert until(lambda: waiting(stage)), "nobody waits for that row"
            machine.cut()
            session.rollback()  # the database gives the row to a request that is no longer there
            others = [pool.submit(approve, pk, machine.address, stage.address) for pk in rest]
            seconds = seconds_until(lambda: approve(in_hand, stage.address))
            assert all(each.result() for each in others)
    machine.heal()

    stage.settle("cut: a web service's machine, an approval in hand", load, taken_over(seconds))


def test_a_pollers_machine_may_vanish(stage, machine, second):
    """Of two that poll, the other one brings all that changes."""
    second("web", WEB_HOST=stage.address, ALLOWED_HOSTS=stage.address)
    port = str(free_port())
    second("attendees_web", WEB_HOST=stage.address, WEB_PORT=port, ALLOWED_HOSTS=stage.address)
    places = {
        "MONOLITH_URL": f"http://{stage.address}:{stage.web_port}",
        "ATTENDEES_URL": f"http://{stage.address}:{port}",
        "POLL_INTERVAL": "2",
    }
    stage.subscriber.terminate()  # conferences come by the pollers alone
    lost = stage.process("poller", 2)
    stage.extra.append(lost)
    lost.move(machine.enter, **places)
    stage.driver.wait(stage.load(decisions=0, changes=10, seconds=0.1))
    machine.cut()
    cut, mark = time.monotonic(), lost.mark()
    load = stage.load(decisions=0, changes=40, seconds=2)
    second("poller", **places)
    stage.driver.wait(load)
    seconds = seconds_until(lambda: not conferences_differ(stage), since=cut)
    noticed = until(lambda: lost.count("next try|failed|no answer|timed out", mark), 40)
    back_again(machine)
    stage.subscriber.restart()

    stage.settle("cut: a poller's machine", load, taken_over(seconds) if noticed else "")


def waiting(stage) -> int:
    return stage.database.ask(
        "postgres",
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s",
        [f"monolith_{stage.vhost}"],
    )[0][0]
