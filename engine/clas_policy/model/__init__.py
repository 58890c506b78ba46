"""The closed, immutable model of a policy, a dossier and a decision: what every reader reads."""
