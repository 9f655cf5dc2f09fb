"""RabbitMQ loses what it had confirmed: the monolith notices that nobody was written to, and publishes again."""

from collections.abc import Iterator

import pytest

from tests.faults.patience import until

TIMEOUT = "4"  # seconds without a letter after which a decision is published again
QUEUES = ("workflow.presentation_approvals", "workflow.presentation_rejections")
AGAIN = "were not confirmed in time; published again"


@pytest.fixture
def impatient(stage) -> Iterator:
    """A stage that compares copies with the monolith's pages every few seconds. For decisions that nobody confirmed
    a test has it look once they are lost: published again before, they would be only after twice as long."""
    web = stage.process("web", 0)
    stage.extra.append(web)
    web.start()
    stage.subscriber.restart(RESYNC_INTERVAL=TIMEOUT)
    web.wait_ready()
    yield stage
    stage.notified.restart()
    stage.subscriber.restart()


def test_a_purged_queue_costs_time_only(impatient):
    mark = impatient.notified.mark()
    for worker in impatient.workers:
        worker.kill()
    load = impatient.load(decisions=100, changes=0, seconds=1)
    impatient.driver.wait(load)
    until(lambda: sum(impatient.broker.waiting(impatient.vhost).get(queue, 0) for queue in QUEUES) == 100)
    for queue in QUEUES:
        impatient.broker.call("DELETE", f"queues/{impatient.vhost}/{queue}/contents")
    for worker in impatient.workers:
        worker.start()
    impatient.notified.restart(NOTIFY_TIMEOUT=TIMEOUT)

    until(lambda: impatient.notified.count(AGAIN, mark))
    again = impatient.notified.count(AGAIN, mark)
    impatient.settle("queues purged", load, f"100 purged, published again in {again} goes" if again else "")


def test_a_broker_whose_disk_is_wiped_costs_time_only(impatient):
    mark = impatient.notified.mark()
    for process in (*impatient.workers, impatient.subscriber):
        process.kill()
    load = impatient.load(decisions=100, changes=100, seconds=2)
    impatient.driver.wait(load)
    until(lambda: sum(impatient.broker.waiting(impatient.vhost).values()) >= 200)
    lost = sum(impatient.broker.waiting(impatient.vhost).values())
    impatient.broker.kill()
    impatient.broker.wipe()
    impatient.broker.start()
    impatient.broker.create_vhost(impatient.vhost)
    for worker in impatient.workers:
        worker.start()
    impatient.subscriber.start(RESYNC_INTERVAL=TIMEOUT)
    impatient.notified.restart(NOTIFY_TIMEOUT=TIMEOUT)

    until(lambda: impatient.notified.count(AGAIN, mark), 30)
    again = impatient.notified.count(AGAIN, mark)
    proof = f"{lost} messages wiped, published again in {again} goes" if again else ""
    impatient.settle("broker's disk wiped", load, proof)
