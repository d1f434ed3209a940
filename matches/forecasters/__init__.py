"""Forecasters: statistical baselines, and the prompts and answers of language models."""
