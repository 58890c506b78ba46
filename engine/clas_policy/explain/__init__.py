"""The evaluator: the reference meaning of a policy, with the reason of every result."""
