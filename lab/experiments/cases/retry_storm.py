"""Something that is needed is away: how often it is asked meanwhile."""

import socket
import time

from lab.experiments import source
from lab.experiments.experiment import Bar, Code, Experiment, Measured
from lab.experiments.ground import Ground
from lab.experiments.notes import Notes
from messaging.backoff import Backoff

CLIENTS = 5


def run(ground: Ground) -> Measured:
    """Five clients of a server that is away for some seconds."""
    seconds = 2.0 if ground.is_short else 6.0
    ours, ours_back = _storm(ground, "with growing pauses", seconds, pauses=ground.is_safe)
    storm, storm_back = _storm(ground, "at once", seconds, pauses=False)
    return Measured(
        (
            Bar("with growing pauses", ours, f"tries in {seconds:.0f} s of outage"),
            Bar("at once", storm, f"tries in {seconds:.0f} s of outage"),
            Bar("with growing pauses", ours_back, "seconds after the outage until all are served"),
            Bar("at once", storm_back, "seconds after the outage until all are served"),
        ),
        holds=ours <= storm / 5 and ours <= CLIENTS * 20,
        sentence=f"Five clients tried {ours} times with growing pauses, {storm} times without; all were served "
        f"{ours_back:.1f} s and {storm_back:.1f} s after the outage.",
    )


def _storm(ground: Ground, name: str, seconds: float, pauses: bool) -> tuple[int, float]:
    """Tries in vain, and seconds from the end of the outage until the last client was served."""
    port = source.free_port()
    for _ in range(CLIENTS):
        ground.start(_insist, port, ground.notes, name, pauses)
    ground.wait(lambda: False, seconds)
    source.start(ground, port)
    over = time.time()
    ground.wait(lambda: len(ground.notes.of("served", client=name)) == CLIENTS)
    served = ground.notes.of("served", client=name)
    tries = sum(each["tries"] for each in served)
    ground.say("step", words=f"{name}: {tries} tries")
    return tries, max(0.0, served[-1]["at"] - over)


def _insist(port: int, notes: Notes, name: str, pauses: bool) -> None:
    """Asks until somebody answers."""
    backoff, tries = Backoff(first=0.5, most=5), 0
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            tries += 1
            if pauses:
                time.sleep(backoff.next())
        else:
            notes.add("served", client=name, tries=tries)
            return


EXPERIMENT = Experiment(
    name="retry-storm",
    title="Try again at once, or with growing pauses",
    claim="While something is away, clients with growing pauses leave it in peace; each is back after one more pause.",
    question="A mail server is away for six seconds, and five workers try again as soon as they fail. How often do "
    "they ask?",
    choices=("30 times", "300 times", "thousands of times"),
    answer=2,
    safeguard="growing pauses with chance in them; without them, each tries again at once",
    explanation=(
        "A server that comes up again under the load of everybody's retries may go down again under it: the outage "
        "keeps itself alive. And the retries cost the clients as much as they cost the server.",
        "Pauses that double leave it time; chance in their length keeps clients that lost the server together from "
        "coming back together. The price is that somebody waits a little longer than needed after the outage.",
    ),
    code=(
        Code("messaging/backoff.py", "def next"),
        Code("messaging/consumer.py", "def _handle_until_settled"),
    ),
    run=run,
)
