"""Tells everybody:  fanout_producer.py NEWS …"""
# doctor: ignore (plain on purpose, it is the first one that you see)

from broker import arguments, connect

news_of_today = arguments()

with connect() as connection:
    channel = connection.channel()
    channel.exchange_declare("hello.news", "fanout", durable=True)
    for news in news_of_today:
        channel.basic_publish("hello.news", "", news.encode())
        print(f"told everybody: {news}", flush=True)
