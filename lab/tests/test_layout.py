"""Where boxes and lines are drawn, from what the broker has."""

from dataclasses import replace

from lab.board.layout import draw
from lab.feed.topology import Topology

TWO_QUEUES = Topology(
    exchanges=(("account_info", "fanout"), ("presentations", "direct")),
    queues=("approvals", "approvals.retry", "copies", "workflow.dead_letters"),
    bindings=(("account_info", "copies", ""), ("presentations", "approvals", "a-key")),
    consumers=(("1 -> 2", "approvals"),),
    names={"1 -> 2": "presentation_workflow host:7"},
)


def test_the_picture_goes_from_left_to_right():
    at = {node.id: node.x for node in draw(TWO_QUEUES).nodes}

    way = ["producer:monolith", "exchange:presentations", "queue:approvals", "consumer:presentation_workflow host:7",
           "effect:letters"]  # fmt: skip
    assert sorted(way, key=at.__getitem__) == way


def test_a_binding_is_a_line_with_its_key():
    lines = {edge.id: edge.label for edge in draw(TWO_QUEUES).edges}

    assert lines["exchange:presentations→queue:approvals"] == "a-key"
    assert "exchange:account_info→queue:approvals" not in lines


def test_an_exchange_that_hands_on_to_another_has_a_line_to_it():
    topology = replace(TWO_QUEUES, between=(("presentations", "account_info"), ("presentations", "not shown")))

    assert [edge.id for edge in draw(topology).edges if edge.id.startswith("exchange:presentations→exchange")] == [
        "exchange:presentations→exchange:account_info"
    ]


def test_retry_queues_and_dead_letters_have_no_boxes_of_their_own():
    boxes = {node.label for node in draw(TWO_QUEUES).nodes if node.kind in {"queue", "dead"}}

    assert boxes == {"approvals", "copies", "dead letters"}


def test_no_two_boxes_overlap():
    nodes = draw(TWO_QUEUES).nodes

    overlapping = [
        (a.id, b.id)
        for a in nodes for b in nodes
        if a.id < b.id and a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h
    ]  # fmt: skip
    assert overlapping == []
