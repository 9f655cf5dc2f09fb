"""The subscriber is away, or news reaches it late, twice and in the wrong order."""

import random

import pytest

from tests.faults.patience import until

QUEUE = "attendees.account_info"
ROWS = "SELECT message_id::text, type, body, headers FROM outbox_outboxmessage WHERE type = 'account.changed'"
HEALED = {"read": "read", "lift": "without its limit"}
FORGET = """
    WITH receipts AS (DELETE FROM inbox_receipt), cursors AS (DELETE FROM attendees_feedcursor),
         accounts AS (DELETE FROM attendees_accountvo RETURNING email)
    SELECT count(*) FROM accounts
"""


def test_a_subscriber_that_was_away_misses_nothing(stage):
    stage.subscriber.kill()
    load = stage.load(decisions=0, changes=200, seconds=2)
    stage.driver.wait(load)
    until(lambda: stage.broker.waiting(stage.vhost).get(QUEUE, 0) >= 200)
    missed = stage.broker.waiting(stage.vhost).get(QUEUE, 0)
    stage.subscriber.start()

    stage.settle("subscriber away", load, f"{missed} messages waited for it" if missed else "")


def test_a_subscriber_whose_queue_is_gone_misses_nothing(stage):
    stage.subscriber.kill()
    stage.broker.call("DELETE", f"queues/{stage.vhost}/{QUEUE}")
    mark = stage.relay.mark()
    load = stage.load(decisions=0, changes=200, seconds=2)
    stage.driver.wait(load)
    until(lambda: stage.relay.count("no queue is bound", mark))
    returned = stage.relay.count("no queue is bound", mark)
    stage.subscriber.start()

    stage.settle("subscriber and its queue gone", load, f"returned {returned} times" if returned else "")


def test_a_new_subscriber_reads_what_was_before_its_time(stage):
    web = stage.process("web", 0)
    stage.extra.append(web)
    web.start()
    web.wait_ready()
    stage.subscriber.kill()
    for queue in (QUEUE, "attendees.conference_info"):
        stage.broker.call("DELETE", f"queues/{stage.vhost}/{queue}")
    forgotten = stage.database.ask(f"attendees_{stage.vhost}", FORGET)[0][0]
    load = stage.load(decisions=0, changes=100, seconds=2)
    mark = stage.subscriber.mark()
    stage.subscriber.start()  # while news is being made
    stage.driver.wait(load)

    until(lambda: stage.subscriber.count("snapshot: ", mark))
    read = stage.subscriber.count("snapshot: ", mark)
    proof = f"{forgotten} copies forgotten, a snapshot read while news came" if forgotten and read else ""
    stage.settle("new subscriber", load, proof)


@pytest.mark.parametrize("heal", ["read", "lift"])
def test_a_subscriber_whose_queue_is_full_holds_up_nobody(stage, heal):
    stage.subscriber.kill()
    mark = stage.relay.mark()
    policy = {"pattern": f"^{QUEUE}$", "definition": {"max-length": 40}, "apply-to": "queues"}
    stage.broker.call("PUT", f"policies/{stage.vhost}/full", **policy)
    load = stage.load(decisions=60, changes=100, seconds=3)
    until(lambda: stage.relay.count("the broker refused it", mark))
    refused = stage.relay.count("the broker refused it", mark)
    until(lambda: len(stage.mail.script.letters) >= 20)
    letters = len(stage.mail.script.letters)
    stage.driver.wait(load)
    if heal == "lift":
        stage.broker.call("DELETE", f"policies/{stage.vhost}/full")
    stage.subscriber.start()

    proof = f"refused {refused} times, {letters} letters went out meanwhile" if refused and letters else ""
    stage.settle(f"subscriber's queue full, then {HEALED[heal]}", load, proof)
    if heal == "read":
        stage.broker.call("DELETE", f"policies/{stage.vhost}/full")


@pytest.mark.quick
def test_news_in_any_order_and_any_number_gives_the_same_copies(stage):
    stage.relay.terminate()
    mark = stage.subscriber.mark()
    load = stage.load(decisions=0, changes=200, seconds=1)
    stage.driver.wait(load)
    rows = stage.database.ask(f"monolith_{stage.vhost}", f"{ROWS} AND sent_at IS NULL")
    shuffled = rows * 2
    random.Random(stage.seed).shuffle(shuffled)
    stage.broker.publish_all(
        stage.vhost,
        "account_info",
        [
            (
                bytes(body),
                {
                    "message_id": id_,
                    "type": type_,
                    "headers": {name: headers[name] for name in ("version", "revision")},
                },
            )
            for id_, type_, body, headers in shuffled
        ],
    )
    stage.relay.restart()

    until(lambda: stage.subscriber.count("came again", mark) >= 2 * len(rows))
    again = stage.subscriber.count("came again", mark)
    stage.settle("news thrice, in any order", load, f"{again} messages came again" if again else "")
