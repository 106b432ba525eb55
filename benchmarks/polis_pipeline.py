"""Time the Polis pipeline of red-dwarf on a table of answers. Runs in its own virtual environment, without oneheart.

`polis_pipeline.py ANSWERS.csv` with columns participant_id, statement_id, vote (1 agree, 0 pass, -1 disagree).
Prints one line of JSON.
"""

import csv
import json
import sys
import time
import warnings
from pathlib import Path

from reddwarf.implementations.base import run_pipeline

warnings.simplefilter("ignore")


def main() -> None:
    """Print the figures."""
    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as file:
        votes = [{key: int(value) for key, value in row.items()} | {"modified": 0} for row in csv.DictReader(file)]
    begin = time.perf_counter()
    result = run_pipeline(votes=votes, random_state=0)
    took = time.perf_counter() - begin
    groups = len(set(result.participants_df["cluster_id"].dropna()))
    print(json.dumps({"seconds": took, "groups": groups}))


if __name__ == "__main__":
    main()
