"""What if: the same dossiers under two policies, what it costs, who gains and who loses."""
