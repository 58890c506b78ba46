"""The yearly report: what a committee publishes of a year's dossiers, in figures that add up.

`layout` says what to count, `counting` counts it in the tables of a run, `figures` is what was counted, `outline`
puts it in words, and `page`, `workbook`, `text` and `data` are the forms that it takes.
"""
