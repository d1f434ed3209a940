"""LLM forecasters: the database and network code around the pure parts in matches/forecasters.

`schedule` plans one job per match and forecaster; `conclude` defines this job. Each run prepares the next
request (`prepare`), checks pauses and daily limits (`usage_limits`), sends the request (`chat_client`),
classifies the response (`response_policy`), and stores the prediction, or a miss (a question without a
prediction).
"""
