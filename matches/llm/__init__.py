"""Asking language models: the database and the network around the pure parts in matches/forecasters.

`asking` is the way of one question from the frozen context to the pick or the miss, `gate` lets it pass or
not (pause, budget), `client` speaks to the endpoint, `schedule` says who is asked when.
"""
