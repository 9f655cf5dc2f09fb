"""From the transaction to the broker: what the sender's outbox says."""

from typing import Any

from lab.why import commands
from lab.why.evidence import Evidence
from lab.why.explanation import Hop, State
from lab.why.moments import moment
from messaging.batch import Outcome


def hops(evidence: Evidence, row: dict[str, Any]) -> list[Hop]:
    """Stored, and published or not."""
    stored = Hop(
        f"database of {row['service']}",
        State.DONE,
        f"Stored with the change that it tells of, at {moment(row['created'])}.",
    )
    if row["sent"] is not None:
        return [stored, Hop("RabbitMQ", State.DONE, f"RabbitMQ confirmed it at {moment(row['sent'])}{_times(row)}.")]
    return [stored, _in_the_outbox(evidence, row)]


def _in_the_outbox(evidence: Evidence, row: dict[str, Any]) -> Hop:
    where = f"outbox of {row['service']}"
    relay = commands.RELAYS[row["service"]]
    next_try = f"next try in {max(0.0, row['next_try_in']):.0f} s"
    if evidence.broker_is_away:
        return Hop(
            where,
            State.WAITS,
            f"It waits in the outbox, since {row['stored_for']:.0f} s: the broker is away. The relay sends it when it "
            "is back.",
            commands.start("rabbitmq"),
        )
    if not evidence.told.of(row["service"])["relays"]:
        cause = f"It waits in the outbox, since {row['stored_for']:.0f} s: no relay is at work."
        return Hop(where, State.STUCK, cause, commands.start(relay))
    if row["behind"]:
        cause = f"It waits in the outbox behind {row['behind']}, of the same subject: order is kept."
        return Hop(where, State.WAITS, cause, f"cogo why {row['behind']}")
    if evidence.alarms:
        cause = f"It waits in the outbox: the broker takes nothing, as it is short of {' and '.join(evidence.alarms)}."
        return Hop(where, State.STUCK, cause, f"free {' and '.join(evidence.alarms)} of RabbitMQ")
    if row["attempts"] and row["last_error"] == Outcome.RETURNED.value:
        cause = (
            f"It is unroutable: no queue is bound to {row['exchange']!r} with key {row['routing_key']!r} "
            f"({row['attempts']} tries, {next_try})."
        )
        return Hop(where, State.STUCK, cause, f"{commands.logs(relay)}    # the relay binds what it knows by itself")
    if row["attempts"]:
        cause = (
            f"The broker refused it {row['attempts']} times: {row['last_error']}, as it does where a queue has "
            f"reached its limit ({next_try})."
        )
        return Hop(where, State.WAITS, cause, "cogo status    # which queue is full; have it read, or lift its limit")
    return Hop(where, State.WAITS, "The relay is about to send it.")


def _times(row: dict[str, Any]) -> str:
    return f", sent again {row['resent']} times as nobody confirmed its effect" if row["resent"] else ""
