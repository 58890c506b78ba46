"""Tables out: what was found of many dossiers, as files and tables that people and programs go on with."""
