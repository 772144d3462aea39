#!/usr/bin/env python3
"""A predictor of one's own: reads a question a line, writes a response a line.

It knows nothing but what it is shown. It counts what the example users chose, those of the same
group twice, adds what the user chose before, and answers with smoothed shares:
    q_k = (c_k + 1/2) / (sum c + K/2)
"""
import json
import sys

for line in sys.stdin:
    question = json.loads(line)
    weight = dict.fromkeys(question["candidates"], 0.5)
    for example in question["examples"]:
        alike = example["group"] == question["group"]
        for item in example["history"] + [example["choice"]]:
            if item in weight:
                weight[item] += 2 if alike else 1
    for item in question["history"]:
        if item in weight:
            weight[item] += 3
    total = sum(weight.values())
    print(json.dumps({
        "context_id": question["context_id"],
        "probabilities": [weight[item] / total for item in question["candidates"]],
    }), flush=True)
