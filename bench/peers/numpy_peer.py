#!/usr/bin/python3
"""The work of the benchmarks (`workload.hpp`) as vectorised numpy, on one core.

    numpy_peer.py [NAME...]   measures each form once, all of them without a name
    numpy_peer.py -           reads names from standard input and measures each as it comes

One JSON line a measurement: {"name": ..., "ns": CPU time of a histogram or a replicate}.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import time

import numpy as np
import scipy.special
import scipy.stats

ITEMS, USERS, TOP, ALPHA = 50, 100, 10, 0.5
ROWS = 1000  # histograms at a time
BATCH = 500  # replicates at a time: more no longer fit the caches, fewer show numpy's own overhead
SECONDS = 0.2  # of measuring, a form

P = 1.0 / np.arange(1, ITEMS + 1)
P /= P.sum()
RANKED = (np.arange(ITEMS) ^ 1)[:TOP]  # 1, 0, 3, 2, ...
RNG = np.random.default_rng(1)
COUNTS = RNG.multinomial(USERS, P, size=ROWS)  # int64, numpy's fastest index type

LN_N = np.log(USERS)
C_LN_C = scipy.special.xlogy(np.arange(USERS + 1), np.arange(USERS + 1))
LN_SHIFTED = np.log(np.arange(USERS + 1) + ALPHA)
LN_TOTAL = np.log(USERS + ALPHA * ITEMS)


# Plug-in entropy of every row.


def xlogy(counts=COUNTS):
    return LN_N - scipy.special.xlogy(counts, counts).sum(axis=1) / USERS


def table(counts=COUNTS):
    return LN_N - C_LN_C[counts].sum(axis=1) / USERS


def scipy_entropy(counts=COUNTS):
    return scipy.stats.entropy(counts, axis=1)


# A replicate: draw, rank-matched q with a uniform residual and additive smoothing, and the gap.


def cross_entropies(counts):
    largest = np.partition(counts, ITEMS - TOP, axis=1)[:, ITEMS - TOP :]
    largest.sort(axis=1)
    ranked = counts.take(RANKED, axis=1)
    ln_rest = np.log((USERS - largest.sum(axis=1)) / (ITEMS - TOP) + ALPHA)
    of_ranked = np.einsum("rt,rt->r", ranked, LN_SHIFTED[largest[:, ::-1]])
    return LN_TOTAL - (of_ranked + (USERS - ranked.sum(axis=1)) * ln_rest) / USERS


def replicate():
    counts = RNG.multinomial(USERS, P, size=BATCH)
    entropy, cross_entropy = table(counts), cross_entropies(counts)
    gap = cross_entropy - entropy
    return [(f.sum(), f @ f) for f in (entropy, cross_entropy, gap, gap * gap)]


def multinomial():
    return RNG.multinomial(USERS, P, size=BATCH)


def one_by_one(counts):
    """Entropy and cross-entropy of one histogram, by their definitions."""
    p = counts / USERS
    q = np.empty(ITEMS)
    descending = np.sort(p)[::-1]
    q[np.arange(ITEMS) ^ 1] = np.append(
        descending[:TOP], np.full(ITEMS - TOP, descending[TOP:].sum() / (ITEMS - TOP))
    )
    q = (USERS * q + ALPHA) / (USERS + ALPHA * ITEMS)
    return -scipy.special.xlogy(p, p).sum(), -scipy.special.xlogy(p, q).sum()


ENTROPIES = (xlogy, table, scipy_entropy)
DRAWS = (multinomial, replicate)
FORMS = {form.__name__: (form, ROWS) for form in ENTROPIES} | {
    form.__name__: (form, BATCH) for form in DRAWS
}


def check():
    """Every form gives the numbers of the definitions."""
    expected = np.array([one_by_one(row) for row in COUNTS])
    for form in ENTROPIES:
        np.testing.assert_allclose(form(), expected[:, 0], rtol=1e-12)
    np.testing.assert_allclose(cross_entropies(COUNTS), expected[:, 1], rtol=1e-12)


def measure(name):
    form, rows = FORMS[name]
    form()
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        form()
        calls += 1
    return {"name": name, "ns": spent / calls / rows * 1e9}


def gap():
    """The mean gap and its standard error, for whoever wants to see that it is the same work."""
    counts = RNG.multinomial(USERS, P, size=100 * ROWS)
    gaps = cross_entropies(counts) - table(counts)
    return {"name": "gap", "mean": gaps.mean(), "standard_error": gaps.std() / len(gaps) ** 0.5}


def main():
    check()
    names = sys.argv[1:] or [*FORMS, "gap"]
    for name in map(str.strip, sys.stdin) if names == ["-"] else names:
        print(json.dumps(gap() if name == "gap" else measure(name)), flush=True)


if __name__ == "__main__":
    main()
