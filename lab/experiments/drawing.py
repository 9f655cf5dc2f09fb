"""The virtual host of an experiment, drawn as the board is."""

from dataclasses import replace
from urllib.parse import quote

import requests
from django.template.loader import render_to_string

from lab.board.layout import draw
from lab.feed.management import Management
from lab.feed.topology import read
from messaging.message import Message

OF_THE_APPLICATION = ("poll:", "dead")
PUBLISHERS = {"producer:monolith", "producer:workflow"}


def picture(vhost: str) -> str:
    """It as SVG; nothing while there is nothing to draw."""
    api = Management()
    api.vhost = quote(vhost, safe="")
    try:
        topology = read(api)
        depths = {each["name"]: each.get("messages", 0) for each in api.in_vhost("queues", "name,messages")}
    except requests.RequestException:
        return ""
    if not topology.queues:
        return ""
    in_use = {message.address.exchange for message in Message.registry.values()} & {n for n, _ in topology.exchanges}
    left_out = OF_THE_APPLICATION if in_use else (*OF_THE_APPLICATION, *PUBLISHERS)
    drawn = draw(topology)
    nodes = tuple(
        replace(node, note=f"{depths.get(node.label, 0)} wait") if node.kind == "queue" else node
        for node in drawn.nodes
        if not node.id.startswith(left_out)
    )
    shown = {node.id for node in nodes}
    edges = tuple(edge for edge in drawn.edges if set(edge.id.split("→")) <= shown)
    height = max(node.y + node.h for node in nodes) + 20
    return render_to_string("board/picture.svg", {"drawing": replace(drawn, nodes=nodes, edges=edges, height=height)})
