"""Tells of events, each under a key of words with dots:  topic_producer.py KEY …"""
# doctor: ignore (plain on purpose, it is the first one that you see)

from broker import arguments, connect

keys = arguments()

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.events", "topic", durable=True)
    for key in keys:
        channel.basic_publish("hello.events", key, b"")
        print(f"told of {key}", flush=True)
