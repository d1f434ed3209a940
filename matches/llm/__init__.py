"""LLM forecasters: the database and network code around the pure parts in matches/forecasters.

`schedule` plans one job per match and forecaster, `prepare` freezes the question and builds the next request,
`usage_limits` enforces pauses and daily limits, `requests` sends it, `conclude` stores the pick or the miss.
"""
