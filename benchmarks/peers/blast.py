"""The sink's limit: letters encoded beforehand, fifty at a time, over one session."""

import socket
import sys

LETTER = (
    b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: x\r\n\r\n" + b"x" * 400 + b"\r\n.\r\n"
)
AT_ONCE = 50

wire = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
wire.recv(1000)
for _ in range(int(sys.argv[2]) // AT_ONCE):
    wire.sendall(LETTER * AT_ONCE)
    answers = 0
    while answers < 4 * AT_ONCE:
        answers += wire.recv(65536).count(b"\r\n")
