#!/usr/bin/env python3
"""A predictor of one's own: reads a question a line, writes a response a line.

It knows nothing but what it is shown. An example user counts the more the more alike he is,
    weight = g 2^s - 1,   g = 2 in the same group, else 1; s the items both have chosen,
the user's own history counts 3, and the shares of all examples together stand behind those as ten
more choices:
    q_k = (c_k + 10 p_k) / (sum c + 10),   p the shares of all, with 1/2 for every candidate
"""
import json
import sys


def shares(candidates, weighted_users, start):
    """Weighted counts of the candidates that users chose, and their sum."""
    counts = dict.fromkeys(candidates, start)
    for weight, chosen in weighted_users:
        for item in chosen:
            if item in counts:
                counts[item] += weight
    return counts, sum(counts.values())


for line in sys.stdin:
    question = json.loads(line)
    candidates, history = question["candidates"], question["history"]
    users = [(example["group"], example["history"] + [example["choice"]])
             for example in question["examples"]]
    overall, all_users = shares(candidates, [(1, chosen) for _, chosen in users], 0.5)
    alike, like = shares(candidates, [
        ((2 if group == question["group"] else 1) * 2 ** len(set(history) & set(chosen)) - 1, chosen)
        for group, chosen in users] + [(3, history)], 0.0)
    q = [(alike[item] + 10 * overall[item] / all_users) / (like + 10) for item in candidates]
    print(json.dumps({"context_id": question["context_id"], "probabilities": q}), flush=True)
