"""Where each box and each line of the board is: columns from left to right, rows as the bindings run.

One function of the topology; boxes are placed here and nowhere else. Units are those of the picture, 1280 wide.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.messages import PresentationNotified
from lab.feed.topology import Topology
from messaging.message import Message

WIDTH = 1280
TOP, PITCH, BOX, DEAD, LANE = 50, 66, 50, 40, 28
LARGEST, SMALLEST, WIDE = 17, 11, 0.62  # of a label's letters; and how wide one is, in its size
COLUMNS = {
    "producer": (16, 166),
    "exchange": (250, 182),
    "queue": (512, 282),
    "consumer": (872, 226),
    "effect": (1148, 116),
}
EFFECTS = {  # what a consumer of this name brings about
    "presentation_workflow": ("letters", "✉ letters"),
    "attendees_subscriber": ("copies", "copies"),
    "monolith_subscriber": ("notified", "“notified”"),
}


@dataclass(frozen=True)
class Node:
    """A box."""

    id: str
    kind: str
    label: str
    note: str
    x: float
    y: float
    w: float
    h: float = BOX

    @property
    def middle(self) -> float:
        """Half of its height."""
        return self.y + self.h / 2

    @property
    def room(self) -> float:
        """For the label, inside of the border; an exchange is round at both ends."""
        return self.w - (48 if self.kind == "exchange" else 28)

    @property
    def size(self) -> float:
        """Of the label's letters, so that it fits."""
        return min(LARGEST, max(SMALLEST, self.room / (WIDE * len(self.label))))

    @property
    def is_squeezed(self) -> bool:
        """Whether it does not fit in the smallest letters that can be read."""
        return WIDE * SMALLEST * len(self.label) > self.room


@dataclass(frozen=True)
class Edge:
    """A line between two boxes, with its routing key if it is a binding."""

    id: str
    d: str
    label: str = ""
    x: float = 0
    y: float = 0
    kind: str = ""


@dataclass(frozen=True)
class Drawing:
    """All of it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    height: float
    width: int = WIDTH


def draw(topology: Topology, seen: Iterable[tuple[str, str]] = ()) -> Drawing:
    """The boxes and lines of a topology; `seen` are publishers and exchanges that nobody knew of beforehand."""
    sends = _sends(topology, seen)
    queues = _in_the_order_of_exchanges(topology)
    consumers = sorted({name for name, _ in _read_by(topology)}, key=lambda name: _mean(name, topology, queues))
    effects = list(dict.fromkeys(EFFECTS[service(each)] for each in consumers if service(each) in EFFECTS))
    rows = max(len(queues) + 1, len(consumers), 3)
    column = {
        "producer": [(f"producer:{name}", name, _says(name)) for name in sends],
        "exchange": [(f"exchange:{name}", name, kind) for name, kind in topology.exchanges],
        "queue": [(f"queue:{name}", name, "") for name in queues],
        "consumer": [(f"consumer:{name}", service(name), process(name)) for name in consumers],
        "effect": [(f"effect:{key}", label, "") for key, label in effects],
    }
    nodes = {node.id: node for kind, boxes in column.items() for node in _placed(kind, boxes, rows - 1)}
    x, w = COLUMNS["queue"]
    y = TOP + (rows - 1) * PITCH
    nodes["dead"] = Node("dead", "dead", "dead letters", "", x, y, w, DEAD)
    lane = y + DEAD + LANE
    for id_, kind, label, note in (
        ("poll:monolith", "producer", "monolith", "list of conferences"),
        ("poll:poller", "queue", "poller", ""),
        ("poll:attendees", "consumer", "attendees", "copies, by polling"),
    ):
        nodes[id_] = Node(id_, "poll", label, note, *_across(COLUMNS[kind], lane))
    return Drawing(tuple(nodes.values()), tuple(_edges(topology, nodes, sends)), lane + BOX + 14)


def service(client: str) -> str:
    """The service of a connection's name."""
    return client.split()[0] if client else "somebody else"


def process(client: str) -> str:
    """Which of its processes."""
    return f"process {client.rpartition(':')[2]}" if ":" in client else client


def _across(column: tuple[int, int], y: float) -> tuple[float, float, float]:
    return column[0], y, column[1]


def _says(name: str) -> str:
    return "its outbox relay" if name in {"monolith", "workflow"} else ""


def _sends(topology: Topology, seen: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    sends: defaultdict[str, set[str]] = defaultdict(set)
    for message in Message.registry.values():
        sends["workflow" if message is PresentationNotified else "monolith"].add(message.address.exchange)
    for client, exchange in seen:
        sends[service(client)].add(exchange)
    return {name: {each for each in to if topology.exchange_is_shown(each)} for name, to in sends.items()}


def _in_the_order_of_exchanges(topology: Topology) -> list[str]:
    order = [name for name, _ in topology.exchanges]
    first = {queue: order.index(source) for source, queue, _ in reversed(topology.bindings) if source in order}
    return sorted(topology.shown_queues, key=lambda name: (first.get(name, len(order)), name))


def _read_by(topology: Topology) -> list[tuple[str, str]]:
    return [(topology.names.get(connection) or connection, queue) for connection, queue in topology.consumers]


def _mean(client: str, topology: Topology, queues: list[str]) -> tuple[float, str]:
    places = [queues.index(queue) for name, queue in _read_by(topology) if name == client and queue in queues]
    return (sum(places) / len(places) if places else len(queues)), client


def _placed(kind: str, boxes: list[tuple[str, str, str]], rows: int) -> list[Node]:
    x, w = COLUMNS[kind]
    free = max(0, rows - len(boxes)) / max(1, len(boxes))
    return [
        Node(id_, kind, label, note, x, TOP + PITCH * (n * (1 + free) + free / 2), w)
        for n, (id_, label, note) in enumerate(boxes)
    ]


def _edges(topology: Topology, nodes: dict[str, Node], sends: dict[str, set[str]]) -> Iterable[Edge]:
    for name, exchanges in sends.items():
        for exchange in sorted(exchanges):
            yield from _edge(nodes, f"producer:{name}", f"exchange:{exchange}")
    for source, queue, key in topology.bindings:
        yield from _edge(nodes, f"exchange:{source}", f"queue:{queue}", key)
    for source, target in topology.between:
        yield from _upright(nodes, f"exchange:{source}", f"exchange:{target}")
    for name, queue in _read_by(topology):
        yield from _edge(nodes, f"queue:{queue}", f"consumer:{name}")
    for id_ in nodes:
        effect = EFFECTS.get(service(id_.removeprefix("consumer:"))) if id_.startswith("consumer:") else None
        if effect:
            yield from _edge(nodes, id_, f"effect:{effect[0]}")
    yield from _edge(nodes, "poll:monolith", "poll:poller", kind="poll")
    yield from _edge(nodes, "poll:poller", "poll:attendees", kind="poll")


def _upright(nodes: dict[str, Node], a: str, b: str) -> Iterable[Edge]:
    """From an exchange to another one in the same column."""
    if a in nodes and b in nodes:
        start, end = nodes[a], nodes[b]
        yield Edge(f"{a}→{b}", f"M{start.x + start.w / 2:g} {start.middle:g} L{end.x + end.w / 2:g} {end.middle:g}")


def _edge(nodes: dict[str, Node], a: str, b: str, label: str = "", kind: str = "") -> Iterable[Edge]:
    if a not in nodes or b not in nodes:
        return
    start, end = nodes[a], nodes[b]
    x1, y1, x2, y2 = start.x + start.w, start.middle, end.x, end.middle
    bend = (x2 - x1) / 2
    d = f"M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    shown = "" if label == b.removeprefix("queue:") or not label else label
    yield Edge(f"{a}→{b}", d, shown, x2, end.y - 4, kind)
