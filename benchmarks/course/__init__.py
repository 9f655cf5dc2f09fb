"""The course's way of approving and listing, written by us to its contract, on the monolith's own tables.

Each approval publishes inside the request, over a connection of its own. The peers' ways, after the commit, stand
beside it. Nobody logs in here, which ours asks of whoever decides.
"""
