"""Turns files of any size into blocks of people: streaming, resumable, with the numbers that the readers give.

Reading (`cells`, `label_numbers`), what each form means (`tables_rows`, `polis_rows`), and sorting by person (`stage`,
`sorting`) are apart; `convert` does one after the other.
"""
