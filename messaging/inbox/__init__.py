"""Effects that happen once, however often their message is delivered.

@consumer.handles(OrderPlaced)
@once("reserve_stock")
def reserve_stock(message: OrderPlaced) -> None: ...
"""

from messaging.inbox.once import errors_as_outages, once, once_each, outages_of_the_database

__all__ = ["errors_as_outages", "once", "once_each", "outages_of_the_database"]
