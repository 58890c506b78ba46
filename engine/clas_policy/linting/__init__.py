"""What is allowed in a policy, but doubtful: rules with a code, a level, and a way to silence each with a reason."""
