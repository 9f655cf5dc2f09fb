"""What a person does about letters that are held: look into the mail server's log, say what it says, replay."""

from tests.faults.patience import until
from tests.faults.stage import Stage


def settle(stage: Stage, held: set[str]) -> tuple[set[str], set[str]]:
    """Settle these letters, and replay all dead letters, which are theirs; which had arrived, and which had not."""
    assert held <= _listed(stage, "letters", "held"), "an operator would not know of all"
    until(lambda: held <= _listed(stage, "dead_letters", "list"), every=1)  # the worker writes the one before the other
    assert held == _listed(stage, "dead_letters", "list"), "an operator would not know of all, or of nothing else"
    arrived = held & {letter.message_id for letter in stage.mail.script.letters}
    missing = held - arrived
    for verb, ids in (("arrived", arrived), ("missing", missing)):
        if ids:
            stage.workers[0].command("letters", verb, *ids)
    if held:
        stage.workers[0].command("dead_letters", "replay", "--all")
    return arrived, missing


def _listed(stage: Stage, *command: str) -> set[str]:
    """The ids in a table that a command prints; its last line says how many they are."""
    return {line.split()[0] for line in stage.workers[0].command(*command).splitlines()[:-1]}
