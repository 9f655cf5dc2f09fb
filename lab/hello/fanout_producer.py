"""Tells everybody:  fanout_producer.py NEWS …"""
# doctor: ignore (plain on purpose, it is the first one that you see)

import sys

from broker import connect

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.news", "fanout", durable=True)
    for news in sys.argv[1:]:
        channel.basic_publish("hello.news", "", news.encode())
        print(f"told everybody: {news}", flush=True)
