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
FAR_ROWS = 100_000  # out of the caches, as a data set is
FAR_COUNTS = RNG.multinomial(USERS, P, size=FAR_ROWS)

LN_N = np.log(USERS)
C_LN_C = scipy.special.xlogy(np.arange(USERS + 1), np.arange(USERS + 1))
_C = np.arange(USERS + 1)
_PSI = scipy.special.digamma(np.maximum(_C, 1))
C_G = _C * (scipy.special.digamma(_C // 2 + 0.5) + np.log(2.0))  # psi(floor(c/2) + 1/2) + ln 2
C_PSI = _C * (scipy.special.digamma(USERS) - _PSI)
_Q = (_C + 0.5) / (USERS + 0.5 * ITEMS)
C_JEFFREYS = -scipy.special.xlogy(_Q, _Q)
C_WOLPERT_WOLF = (
    (_C + 1.0)
    / (USERS + ITEMS)
    * (scipy.special.digamma(USERS + ITEMS + 1.0) - scipy.special.digamma(_C + 2.0))
)
LN_SHIFTED = np.log(np.arange(USERS + 1) + ALPHA)
LN_TOTAL = np.log(USERS + ALPHA * ITEMS)


# Plug-in entropy of every row.


def xlogy(counts=COUNTS):
    return LN_N - scipy.special.xlogy(counts, counts).sum(axis=1) / USERS


def table(counts=COUNTS):
    return LN_N - C_LN_C[counts].sum(axis=1) / USERS


def scipy_entropy(counts=COUNTS):
    return scipy.stats.entropy(counts, axis=1)


# Other estimators, every row at once. G of grassberger_2003 and psi are look-ups by count.


def chao_shen(counts=COUNTS):
    singletons = (counts == 1).sum(axis=1)
    missing = np.where(singletons == USERS, USERS - 1, singletons)
    p = (1.0 - missing / USERS)[:, None] * counts / USERS
    seen = counts > 0
    chance = np.where(seen, -np.expm1(USERS * np.log1p(-np.where(p < 1.0, p, 0.0))), 1.0)
    return -(scipy.special.xlogy(p, p) / np.where(p < 1.0, chance, 1.0)).sum(axis=1)


def miller_madow(counts=COUNTS):
    return table(counts) + ((counts > 0).sum(axis=1) - 1) / (2.0 * USERS)


def grassberger_2003(counts=COUNTS):
    return LN_N - C_G[counts].sum(axis=1) / USERS


def zhang(counts=COUNTS):
    return C_PSI[counts].sum(axis=1) / USERS


def shrinkage(counts=COUNTS):
    p = counts / USERS
    spread = ((1.0 / ITEMS - p) ** 2).sum(axis=1)
    weight = (1.0 - (p * p).sum(axis=1)) / ((USERS - 1) * spread)
    weight = np.clip(weight, 0.0, 1.0)[:, None]
    q = weight / ITEMS + (1.0 - weight) * p
    return -scipy.special.xlogy(q, q).sum(axis=1)


def dirichlet_jeffreys(counts=COUNTS):
    return C_JEFFREYS[counts].sum(axis=1)


def wolpert_wolf(counts=COUNTS):
    return C_WOLPERT_WOLF[counts].sum(axis=1)


def far_table():
    return table(FAR_COUNTS)


def far_xlogy():
    return xlogy(FAR_COUNTS)


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
OTHERS = (
    chao_shen,
    miller_madow,
    grassberger_2003,
    zhang,
    shrinkage,
    dirichlet_jeffreys,
    wolpert_wolf,
)
DRAWS = (multinomial, replicate)
FORMS = (
    {form.__name__: (form, ROWS) for form in ENTROPIES + OTHERS}
    | {form.__name__: (form, BATCH) for form in DRAWS}
    | {form.__name__: (form, FAR_ROWS) for form in (far_table, far_xlogy)}
)


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


def values():
    """A few histograms and what each form makes of them, to be compared with others' programs."""
    rows = COUNTS[:20]
    estimates = {form.__name__: form(rows).tolist() for form in OTHERS} | {
        "plug_in": table(rows).tolist()
    }
    return {"name": "values", "counts": rows.tolist(), "estimates": estimates}


OTHER_ANSWERS = {"gap": gap, "values": values}


def main():
    check()
    names = sys.argv[1:] or [*FORMS, "gap"]
    for name in map(str.strip, sys.stdin) if names == ["-"] else names:
        answer = OTHER_ANSWERS[name]() if name in OTHER_ANSWERS else measure(name)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
