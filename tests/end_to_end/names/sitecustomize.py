"""Has a program find services by name, as in compose, where they are elsewhere: COURSE_NAMES="mail:1025=:40001"."""

import os
import socket

_places = dict(each.split("=") for each in os.environ.get("COURSE_NAMES", "").split())
_ask = socket.getaddrinfo


def getaddrinfo(host, port, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    place = _places.get(f"{name}:{port}")
    if place:
        host, _, port = place.rpartition(":")
        return _ask(host or "127.0.0.1", int(port), *args, **kwargs)
    return _ask(host, port, *args, **kwargs)


socket.getaddrinfo = getaddrinfo
