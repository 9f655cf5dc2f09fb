"""Sends decisions to a direct exchange, each to the queues bound with its key:  direct_producer.py KEY [HOW MANY]"""
# doctor: ignore (plain on purpose, it is the first one that you see)

import sys

from broker import connect

key, how_many = sys.argv[1], int(sys.argv[2] if len(sys.argv) > 2 else 1)

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.decisions", "direct", durable=True)
    for number in range(1, how_many + 1):
        channel.basic_publish("hello.decisions", key, f"{key} {number}".encode())
        print(f"sent {key} {number}", flush=True)
