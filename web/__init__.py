"""How a web service of ours behaves, whatever it serves: errors, repeated writes, lists, limits, its schema.

Knows no service and no message. What a service refuses, and who may do what, stands in the service.
"""
