"""Many dossiers at once: the same policy, run by a database instead of a loop (extra ``batch``)."""
