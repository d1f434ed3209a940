"""LLM forecasters: the database and network code around the pure parts in matches/forecasters.

`schedule` plans one job per match and forecaster, `prepare` creates the question and the next request,
`usage_limits` enforces pauses and daily limits, `chat_client` sends the request, `response_policy` classifies
the response, `conclude` contains the job and stores the prediction or the miss.
"""
