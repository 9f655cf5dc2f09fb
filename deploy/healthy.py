"""Ends with 0 if the web server on this port is well. A few imports only: it runs every few seconds."""

import socket
import sys

port = int(sys.argv[1])
with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
    connection.sendall(b"GET /api/health/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
    sys.exit(b" 200 " not in connection.recv(64))
