"""Made-up dossiers by stated assumptions, for when no data is at hand; nothing here is data about a real scheme."""
