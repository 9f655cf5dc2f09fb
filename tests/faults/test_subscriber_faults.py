"""The subscriber is away, or news reaches it late, twice and in the wrong order."""

import random

import pytest

from tests.faults.patience import until

QUEUE = "attendees.account_info"
ROWS = "SELECT message_id::text, type, body, headers FROM outbox_outboxmessage WHERE type = 'account.changed'"


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

    stage.settle("subscriber and its queue gone", load, f"returned {returned} times" if returned else "", within=30)


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
            (bytes(body), {"message_id": id_, "type": type_, "headers": {"version": headers["version"]}})
            for id_, type_, body, headers in shuffled
        ],
    )
    stage.relay.restart()

    until(lambda: stage.subscriber.count("came again", mark) >= 2 * len(rows))
    again = stage.subscriber.count("came again", mark)
    stage.settle("news thrice, in any order", load, f"{again} messages came again" if again else "")
