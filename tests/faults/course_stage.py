"""The application in course mode, with mailers of the course beside our workers, and what presenters got from them."""

import sys
import uuid
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.end_to_end.course_programs import Learner, Program
from tests.faults.broker import Node
from tests.faults.database import Database
from tests.faults.driver import Load
from tests.faults.patience import until
from tests.faults.results import Result
from tests.faults.stage import DEAD_LETTERS, Stage

COURSE_QUEUES = ("presentation_approvals", "presentation_rejections")
OF_THE_COURSE = "%2F"  # the virtual host in which programs of the course are, who name none
PRESENTERS = "SELECT presenter_email FROM presentations_presentation WHERE id = ANY(%s) AND status <> 'SUBMITTED'"
UNSENT = "SELECT count(*) FROM outbox_outboxmessage WHERE sent_at IS NULL"
IN_DOUBT = """
    SELECT count(*) FROM presentations_presentation
     WHERE status <> 'SUBMITTED' AND notified IS NULL AND handed_over IS NULL
"""


@dataclass
class Letters:
    """What the presenters of one load got; `complaints` names each promise that was not kept."""

    committed: set[str]
    ours: dict[str, int]
    theirs: dict[str, int]
    ambiguous: dict[str, int]  # recipient → tries of our workers that may have handed it over
    parked: list[str]
    complaints: list[str] = field(default_factory=list)

    @property
    def delivered(self) -> int:
        """Presenters who got a letter."""
        return len(self.committed) - len(self.lost)

    @property
    def lost(self) -> set[str]:
        """Presenters who got none."""
        return self.committed - set(self.ours) - set(self.theirs)

    @property
    def doubled(self) -> set[str]:
        """Presenters who got more than one."""
        return {to for to in self.committed if self.ours.get(to, 0) + self.theirs.get(to, 0) > 1}


class CourseStage(Stage):
    """Used like a Stage, but for `settle_course`."""

    settings: ClassVar[dict[str, str]] = {"DEBUG": "1", "COGO_COURSE": "1"}

    def __init__(self, broker: Node, database: Database, folder: Path, seed: int) -> None:
        self._suffix = uuid.uuid4().hex[:8]
        super().__init__(broker, database, folder, seed)

    @property
    def suffix(self) -> str:
        """See Stage."""
        return self._suffix

    def fresh_vhost(self) -> str:
        """See Stage."""
        self.broker.call("DELETE", f"vhosts/{OF_THE_COURSE}")
        return self.broker.create_vhost(OF_THE_COURSE)

    def mailers(self, number: int, stack: ExitStack, folder: Path) -> list[Program]:
        """So many mailers of the course, at work until the end of the stack."""
        names = {"rabbitmq:5672": f":{self.broker.port}", "mail:25": f"{self.mail.host}:{self.mail.port}"}
        learner = Learner(sys.executable, folder / "learner", names)
        mailers = [stack.enter_context(learner.running("workflow", "consumer.py")) for _ in range(number)]
        assert until(lambda: all(mailer.said("Waiting for messages") for mailer in mailers), 30)
        return mailers

    def waiting_for_course(self) -> int:
        """How many decisions wait in the course's queues."""
        waiting = self.broker.waiting(self.vhost)
        return sum(waiting.get(queue, 0) for queue in COURSE_QUEUES)

    def in_doubt(self) -> int:
        """How many decisions were neither confirmed nor are known to be taken."""
        [(count,)] = self.database.ask(f"monolith_{self.suffix}", IN_DOUBT)
        return count

    def switch(self, on: bool) -> None:
        """Course mode on or off, for all processes, one after the other."""
        for process in self.processes:
            process.configure(COGO_COURSE=str(int(on)))
            process.restart()

    def look_at_letters(self, load: Load) -> Letters:
        """How things stand."""
        presenters = {to for (to,) in self.database.ask(f"monolith_{self.suffix}", PRESENTERS, [load.presentations])}
        written: dict[bool, dict[str, int]] = {True: defaultdict(int), False: defaultdict(int)}
        for letter in self.mail.script.letters:
            written[bool(letter.worker)][letter.recipient] += 1
        receipts = "SELECT recipient, ambiguous FROM presentation_mailer_letter WHERE ambiguous > 0"
        ambiguous = dict(self.database.ask(f"workflow_{self.suffix}", receipts))
        return Letters(presenters, written[True], written[False], ambiguous, [])

    def settle_course(
        self, fault: str, load: Load, happened: str, may_double: bool = False, may_lose: int = 0, dead: int = 0
    ) -> Result:
        """Wait until every presenter has a letter and nothing is on its way, and check it.

        With `may_double` a mailer of the course may have written one of two letters, and so many as `may_lose` it may
        have lost. Our workers never write twice. `dead` messages cannot be read.
        """
        until(lambda: len(self.look_at_letters(load).lost) <= may_lose and not self._on_its_way(), 60)
        letters = self.look_at_letters(load)
        parked = [letter for queue in DEAD_LETTERS for letter in self.broker.take_all(self.vhost, queue)]
        letters.parked = [properties.message_id or "" for properties, _ in parked]
        twice_by_us = {to for to, times in letters.ours.items() if times > 1 + letters.ambiguous.get(to, 0)}
        expectations = [
            ("lost", len(letters.lost) <= may_lose, letters.lost),
            ("doubled", may_double or not letters.doubled, letters.doubled),
            ("doubled by our workers", not twice_by_us, twice_by_us),
            ("parked", len(letters.parked) == dead, letters.parked),
            ("left", not self._on_its_way(), self.broker.waiting(self.vhost)),
            ("the fault did not happen", happened, ""),
            *((f"{process.kind} ended", process.is_running(), "") for process in self.processes),
        ]
        letters.complaints = [f"{what}: {detail}" for what, kept, detail in expectations if not kept]
        result = Result.of(f"course mode: {fault}", load, letters, 0.0, happened, self.seed)
        print(f"\n{result}")
        assert not letters.complaints, letters.complaints
        return result

    def _on_its_way(self) -> bool:
        unsent = self.database.ask(f"monolith_{self.suffix}", UNSENT)[0][0]
        waiting = self.broker.waiting(self.vhost)
        return bool(unsent or waiting.keys() - DEAD_LETTERS)


def no_workers(course: CourseStage) -> None:
    """End our workers."""
    for worker in course.workers:
        worker.kill()


def decided(course: CourseStage, decisions: int) -> Load:
    """So many decisions, made within a second."""
    load = course.load(decisions=decisions, changes=0, seconds=1)
    course.driver.wait(load)
    return load
