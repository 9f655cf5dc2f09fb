"""What travels: the files in messaging/samples are the wire, byte for byte."""

import json
import multiprocessing
from pathlib import Path
from uuid import UUID

import pytest
from pika import BasicProperties

from contracts.messages import PresentationApproved
from messaging.errors import Unreadable
from messaging.message import Message, decode

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.json"))
APPROVED = PresentationApproved(
    presentation_id=17, presenter_name="Ada", presenter_email="ada@example.com", title="Notes on engines"
)


def test_there_is_a_sample_of_every_message():
    assert {sample.stem for sample in SAMPLES} == {f"{type_}.v{m.version}" for type_, m in Message.registry.items()}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_and_written_back_the_same(sample: Path):
    recorded = json.loads(sample.read_text())
    properties = BasicProperties(**recorded["properties"])

    message = decode(json.dumps(recorded["body"]).encode(), properties)

    wire = message.wire()
    assert str(wire.id) == recorded["properties"]["message_id"]
    assert (wire.exchange, wire.key) == (recorded["exchange"], recorded["routing_key"])
    assert json.loads(wire.body) == recorded["body"]
    assert {**wire.headers, "published_at_ns": 0} == {
        **recorded["properties"]["headers"],
        "published_at_ns": 0,
    }


def test_ids_are_made_in_the_order_of_time_and_never_twice_not_even_after_a_fork():
    before = _ids(100)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        children = pool.map(_ids, [100, 100], chunksize=1)
    after = _ids(100)

    assert before + after == sorted(before + after)
    assert len({*before, *after, *(each for child in children for each in child)}) == 400


def _ids(number: int) -> list[UUID]:
    return [PresentationApproved(**APPROVED.model_dump()).message_id for _ in range(number)]


def test_a_course_programs_message_is_taken_for_what_its_queue_carries():
    body = b'{"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "Notes"}'

    first, again = (decode(body, BasicProperties(), "presentation.approved") for _ in range(2))

    assert (
        first
        == again
        == PresentationApproved(
            message_id=first.message_id,
            presenter_name="Ada",
            presenter_email="ada@example.com",
            title="Notes",
        )
    )


@pytest.mark.parametrize("name", ["id", "presentation_id"])
def test_a_course_programs_number_is_of_its_own_database_and_none_of_ours(name):
    fields = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "Notes", name: 3}

    message = decode(json.dumps(fields).encode(), BasicProperties(), "presentation.approved")

    assert message.subject() == "presentation/ada@example.com"


def test_a_course_programs_own_count_is_no_revision():
    fields = {
        "email": "ada@example.com", "first_name": "Ada", "last_name": "L.", "is_active": True,
        "updated": "2026-11-26T00:00:00+00:00", "revision": 7, "epoch": 9, "href": "/api/accounts/ada@example.com/",
    }  # fmt: skip

    message = decode(json.dumps(fields).encode(), BasicProperties(), "account.changed")

    assert (message.revision, message.epoch) == (None, None)


def test_fields_added_by_a_newer_writer_are_ignored():
    body = json.dumps({**json.loads(APPROVED.wire().body), "mood": "good"}).encode()

    assert decode(body, APPROVED.wire().properties()) == APPROVED


@pytest.mark.parametrize(
    ("body", "properties", "cause"),
    [
        (b"\xff\xfe", {}, "not JSON"),
        (b"{", {}, "not JSON"),
        (b"[" * 100_000, {}, "not JSON"),
        (b"[1]", {}, "a JSON list, not an object"),
        (b"{}", {}, "presenter_name: Field required"),
        (b'{"presenter_name":"A","presenter_email":"a","title":"T"}', {}, "presenter_email"),
        (b"{}", {"type": "presentation.pondered"}, "unknown message type 'presentation.pondered'"),
        (b"{}", {"headers": {"version": 2}}, "has version 2; this service reads version 1"),
    ],
)
def test_what_cannot_be_read_names_its_cause(body: bytes, properties: dict, cause: str):
    with pytest.raises(Unreadable) as refusal:
        decode(body, BasicProperties(**properties), "presentation.approved")

    assert cause in str(refusal.value)
