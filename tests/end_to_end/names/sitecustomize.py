"""Has a program find services by name, as in compose, where they are elsewhere: COURSE_NAMES="mail:1025=:40001"; one of
several machines by "rabbitmq:5672=10.1.1.2:5672,10.1.1.3:5672", in any order."""

import os
import random
import socket

_places = dict(each.split("=") for each in os.environ.get("COURSE_NAMES", "").split())
_ask = socket.getaddrinfo


def getaddrinfo(host, port, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    places = _places.get(f"{name}:{port}", "").split(",")
    if not places[0]:
        return _ask(host, port, *args, **kwargs)
    random.shuffle(places)
    apart = [place.rpartition(":") for place in places]
    return [found for host, _, port in apart for found in _ask(host or "127.0.0.1", int(port), *args, **kwargs)]


socket.getaddrinfo = getaddrinfo
