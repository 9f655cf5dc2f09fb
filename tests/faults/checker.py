"""What was decided, against what came of it: nothing lost, nothing twice, copies equal. After Jepsen's total-queue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.database import Database
from tests.faults.mail_server import Script
from tests.faults.patience import PATIENCE

AUDIT = """
    CREATE TABLE audit (email text, before bigint, after bigint);
    CREATE FUNCTION note() RETURNS trigger AS $$ BEGIN
        INSERT INTO audit VALUES (new.email, old.revision, new.revision); RETURN new;
    END $$ LANGUAGE plpgsql SECURITY DEFINER;
    CREATE TRIGGER audit BEFORE UPDATE ON attendees_accountvo FOR EACH ROW EXECUTE FUNCTION note();
"""

ORIGINALS = """
    SELECT email, first_name, is_active, revision FROM accounts_account UNION ALL
    SELECT 'conference ' || id, max_attendees::text, true, revision FROM events_conference
"""
COPIES = """
    SELECT email, first_name, is_active, revision FROM attendees_accountvo UNION ALL
    SELECT 'conference ' || id, max_attendees::text, true, revision FROM attendees_conferencevo WHERE NOT deleted
"""
PENDING = "SELECT count(*) FROM outbox_outboxmessage WHERE sent_at IS NULL"
# From the end of the fault until everything is where it belongs, by the number of the broker's nodes.
DRAINED_WITHIN = {1: 15 * PATIENCE, 3: 60 * PATIENCE}
UNTOLD = "SELECT id FROM presentations_presentation WHERE id = ANY(%s) AND status <> 'SUBMITTED' AND notified IS NULL"


@dataclass
class Verdict:
    """Sets and numbers about one load; `complaints` names each promise that was not kept."""

    committed: set[str]  # message ids of the decisions of this load
    unpublished: set[int]  # presentations that were decided and have no message
    letters: Counter[str]  # message id → times taken by the mail server
    ambiguous: dict[str, int]  # message id → tries that found it handed over without an answer
    held: set[str]  # message ids of letters that wait for an operator: nobody knows whether they went out
    unfinished: int  # letters whose receipt is not final
    pending: int  # rows in both outboxes
    others: set[str]  # message ids of earlier loads
    copies_differ: set[str]  # accounts and conferences
    went_back: int  # copies
    untold: set[int]  # presentations whose letter the monolith does not know of
    vanished: set[int]  # presentations whose decision was acknowledged and is not there
    parked: list[str] = field(default_factory=list)  # message ids of dead letters
    complaints: list[str] = field(default_factory=list)

    @property
    def delivered(self) -> int:
        """Decisions whose presenter was written to."""
        return len(self.committed & set(self.letters))

    @property
    def lost(self) -> set[str]:
        """Decisions that came to nothing, not even to a letter that is held or dead."""
        known = set(self.letters) | set(self.parked) | self.held
        return self.committed - known | set(map(str, self.unpublished))

    @property
    def doubled(self) -> set[str]:
        """Decisions whose presenter was written to more than once."""
        return {message_id for message_id, times in self.letters.items() if times > 1}

    def is_drained(self, parked_letters: int) -> bool:
        """Whether all that will come has come, but for what is still in queues."""
        came = len(self.lost) == self.unfinished == parked_letters == len(self.untold) - len(self.held)
        return came and not (self.pending or self.copies_differ)

    def check(self, cuts: int, poison: int, parked_letters: int) -> None:
        """Fill `complaints`. `cuts`: sessions that may have ended between a letter and its answer; `poison`:
        messages that had to be parked, of which `parked_letters` are decisions of this load."""
        unexplained = {m for m in self.doubled if self.letters[m] > 1 + self.ambiguous.get(m, 0)}
        expectations = [
            ("A1 lost", not self.lost, self.lost),
            ("A1 acknowledged and gone", not self.vanished, self.vanished),
            ("A2 letters about nothing", not set(self.letters) - self.committed - self.others, ""),
            ("A3 doubled", not unexplained, unexplained),
            ("A3 more ambiguous than cut", len(self.ambiguous) <= cuts, self.ambiguous),
            ("A5 copies differ", not self.copies_differ, self.copies_differ),
            ("A6 copies went back", not self.went_back, self.went_back),
            ("A7 parked", len(self.parked) == poison, f"{len(self.parked)}, not {poison}"),
            ("A9 outbox pending", not self.pending, self.pending),
            ("A9 letters not confirmed back", len(self.untold) == parked_letters + len(self.held), self.untold),
            ("A9 receipts not final", self.unfinished == parked_letters, self.unfinished),
        ]
        self.complaints = [f"{what}: {detail}" for what, kept, detail in expectations if not kept]


class Checker:
    """Reads all three databases and the mail server's book."""

    def __init__(self, database: Database, suffix: str, mail: Script) -> None:
        self._database = database
        self._suffix = suffix
        self._mail = mail
        database.ask(f"attendees_{suffix}", AUDIT)

    def look(self, presentations: Iterable[int], acknowledged: Iterable[int]) -> Verdict:
        """How things stand for the load about these presentations. Raises psycopg2.Error."""
        decided = self._decisions(list(presentations))
        committed = {message_id for message_id in decided.values() if message_id}
        ledger = self._ask(
            "workflow", "SELECT message_id::text, state, ambiguous FROM presentation_mailer_letter"
        )  # fmt: skip
        ours = [(message_id, state, times) for message_id, state, times in ledger if message_id in committed]
        return Verdict(
            committed=committed,
            unpublished={pk for pk, message_id in decided.items() if not message_id},
            letters=Counter(letter.message_id for letter in self._mail.letters),
            ambiguous={message_id: times for message_id, _, times in ours if times},
            held={message_id for message_id, state, _ in ours if state == "held"},
            unfinished=sum(state not in ("sent", "held") for _, state, _ in ours),
            pending=sum(self._ask(service, PENDING)[0][0] for service in ("monolith", "workflow")),
            others={message_id for message_id, _, _ in ledger} - committed,
            copies_differ={name for name, *_ in self._originals() ^ self._copies()},
            went_back=self._ask("attendees", "SELECT count(*) FROM audit WHERE after < before")[0][0],
            untold={pk for (pk,) in self._ask("monolith", UNTOLD, [list(presentations)])},
            vanished=set(acknowledged) - set(decided),
        )

    def _decisions(self, presentations: list[int]) -> dict[int, str | None]:
        rows = self._ask(
            "monolith",
            """
            SELECT talk.id, row.message_id::text FROM presentations_presentation AS talk
              LEFT JOIN outbox_outboxmessage AS row ON row.subject = 'presentation/' || talk.id
             WHERE talk.id = ANY(%s) AND talk.status <> 'SUBMITTED'
            """,
            [presentations],
        )
        return dict(rows)

    def _originals(self) -> set[tuple]:
        return set(self._ask("monolith", ORIGINALS))

    def _copies(self) -> set[tuple]:
        return set(self._ask("attendees", COPIES))

    def _ask(self, service: str, statement: str, values: list | None = None) -> list[tuple]:
        return self._database.ask(f"{service}_{self._suffix}", statement, values or ())
