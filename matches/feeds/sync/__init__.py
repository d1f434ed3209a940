"""What becomes of what feeds say: asking them within their budgets, and taking in what they answer."""
