"""The whole public way in five lines: read a gathering, analyse it, print its one desire.

python examples/five_lines.py
"""

import oneheart

gathering = oneheart.read("examples/six-tens")
analysis = oneheart.analyze(gathering, seed=1)
for line in analysis.one_desire.lines:
    print(gathering.desires[line.desire].text)
