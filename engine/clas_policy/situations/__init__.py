"""Every distinguishable situation of a condition: which truths it can have, whether two conditions are one."""
