"""Tables in: workbooks, CSV and Parquet files that people export, read with the strictness of a dossier in JSON."""
