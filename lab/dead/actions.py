"""What a person does with a dead letter; each is noted, and says what was done."""

import json
from functools import partial

from lab.board import undoing
from lab.board.deeds import Done
from lab.dead import letters
from lab.dead.notes import NOTES
from messaging.dead_letters import DeadLetter

SHOWN = 4000  # bytes of a body that is no JSON


def replay(who: str, owner: str, message: str) -> Done:
    """Put it back into its queue. Raises BrokerAway, NotThere."""
    letter = letters.replay(owner, message)
    NOTES.add(who, "replayed", message, letter.type, owner)
    queue = letter.note("from_queue")
    return Done(f"{letter.type} is back in {queue}, under the same id: what it did already is not done again.")


def discard(who: str, owner: str, message: str, why: str) -> Done:
    """Remove it. Raises BrokerAway, NotThere."""
    letter = letters.discard(owner, message)
    NOTES.add(who, "discarded", message, letter.type, owner, why)
    undo = undoing.offer("put it back among the dead letters", partial(_put_back, who, owner, letter), heals=False)
    return Done(f"{letter.type} was discarded.", undo)


def listed() -> list[dict[str, str]]:
    """Each with all that is known of it, in words. Raises BrokerAway."""
    return [_described(owner, letter) for owner, letter in letters.all_of_them()]


def _put_back(who: str, owner: str, letter: DeadLetter) -> None:
    letters.put_back(letter, owner)
    NOTES.add(who, "put back", letter.id, letter.type, owner)


def _described(owner: str, letter: DeadLetter) -> dict[str, str]:
    noted = {name: str(letter.note(name) or "") for name in ("why", "died_at", "from_queue", "attempts")}
    id_ = letter.properties.message_id or ""
    return {**noted, "owner": owner, "id": id_, "type": letter.type, "body": _pretty(letter.body)}


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body[:SHOWN].decode(errors="replace")
