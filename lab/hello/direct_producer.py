"""Sends decisions to a direct exchange, each to the queues bound with its key:  direct_producer.py KEY [HOW-MANY]"""
# doctor: ignore (plain on purpose, it is the first one that you see)

from broker import arguments, connect

key, *how_many = arguments()

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.decisions", "direct", durable=True)
    for number in range(1, int(how_many[0]) + 1 if how_many else 2):
        channel.basic_publish("hello.decisions", key, f"{key} {number}".encode())
        print(f"sent {key} {number}", flush=True)
