"""Workers come and go with the work, under load."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lab.scale.scaling import Scaling, look
from lab.why.broker import Broker
from tests.faults.patience import until
from tests.faults.processes import Process


class Workers:
    """The stage's workers, of which there can be more and fewer."""

    def __init__(self, stage) -> None:
        self._stage = stage
        self.numbers = [len(stage.workers)]
        self._more: list[Process] = []

    def scale(self, number: int) -> None:
        """Have so many; whoever is ended is asked to."""
        while len(self._stage.workers) + len(self._more) < number:
            worker = self._stage.process("worker", 10 + len(self.numbers) + len(self._more))
            worker.start()
            worker.wait_ready()
            self._more.append(worker)
            self._stage.extra.append(worker)
        while len(self._stage.workers) + len(self._more) > number:
            worker = self._more.pop()
            self._stage.extra.remove(worker)
            assert worker.terminate() == 0
        self.numbers.append(number)

    @contextmanager
    def watched(self, broker: Broker, scaling: Scaling) -> Iterator[None]:
        """As `cogo scale --watch`, twice a second."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(0.5):
                look(broker, scaling, self.scale)

        thread = threading.Thread(target=watch)
        thread.start()
        yield
        ended.set()
        thread.join()


@pytest.mark.parametrize("decisions", [pytest.param(300, marks=pytest.mark.quick), 2000])
def test_a_burst_brings_workers_that_leave_again_with_nothing_lost_or_doubled(stage, decisions):
    stage.mail.script.seconds_per_letter = 0.1
    broker = Broker(stage.broker.management_url, f"{stage.broker.url}{stage.vhost}")
    workers = Workers(stage)
    scaling = Scaling(least=2, most=4, each=decisions // 10, cool_down=3)
    with workers.watched(broker, scaling):
        load = stage.load(decisions=decisions, changes=0, seconds=2)
        stage.driver.wait(load)
        grew = until(lambda: 4 in workers.numbers, 90)
        stage.drain(load)
        shrank = until(lambda: workers.numbers[-1] == 2, 90)

    seen = " → ".join(map(str, workers.numbers))
    stage.settle(f"burst of {decisions}: workers by load", load, f"{seen} workers" if grew and shrank else "")
