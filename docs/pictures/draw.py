"""Draws docs/pictures/*.svg from real output; scripts/pictures.sh calls it.

Without a background and in middle tones, so that they can be read on a light page and on a dark one.
"""

import json
import re
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "notebooks"))
from truegap_notebook import PUBLISHED, folder, truegap

TEXT = "#7B828B"
BLUE, ORANGE, GREEN, PURPLE = "#2F86C9", "#DB6412", "#10996F", "#A56BC0"
mpl.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "truegap", "font.family": "sans-serif", "font.size": 11,
    "text.color": TEXT, "axes.labelcolor": TEXT, "xtick.color": TEXT, "ytick.color": TEXT, "axes.edgecolor": TEXT,
    "grid.color": TEXT, "grid.alpha": 0.25, "figure.facecolor": "none", "axes.facecolor": "none",
})


def save(figure, name):
    figure.savefig(here / name, transparent=True, metadata={"Date": None})
    plt.close(figure)
    text = (here / name).read_text()
    text = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", text)
    text = text.replace("'DejaVu Sans', ", "").replace("'Bitstream Vera Sans', ", "")
    (here / name).write_text(re.sub(r"[ \t]+\n", "\n", text))
    print(f"{name}: {len(text) / 1000:.0f} kB")


def draw_lending():
    """What the published method makes of a perfect predictor's ranking, where 20 users of a group are observed."""
    truegap("draw", "quickstart", "--users", 20, "--out", "drawn")
    target = json.loads((folder / "drawn/targets.jsonl").read_text().splitlines()[0])
    answer = json.loads((folder / "drawn/responses.jsonl").read_text().splitlines()[0])
    assert answer["predictor"] == "bayes" and answer["context_id"] == target["context_id"]
    order = np.argsort(answer["probabilities"])[::-1]
    stated, counts = np.array(answer["probabilities"])[order], np.array(target["counts"])[order]
    users, items, ranked = counts.sum(), len(counts), 10
    lent = np.full(items, 0.0)
    lent[:ranked] = np.sort(counts)[::-1][:ranked] / users
    lent[ranked:] = (1 - lent.sum()) / (items - ranked)
    lent = (users * lent + 0.5) / (users + 0.5 * items)

    figure, panel = plt.subplots(figsize=(7.6, 3.6))
    place = np.arange(1, 21)
    panel.bar(place, counts[:20] / users, 0.7, color=BLUE + "66", label=f"chosen by {users} users")
    panel.step(place, lent[:20], where="mid", color=ORANGE, linewidth=2, label="lent to the ranking")
    panel.plot(place, stated[:20], color=GREEN, marker="o", markersize=4.5, label="stated by the model, and true")
    panel.set_xticks([1, 5, 10, 15, 20])
    panel.set(xlabel="items in the model's order (the first 20 of 50; it ranks 10)", ylabel="probability")
    panel.grid(axis="x", visible=False)
    panel.legend()
    save(figure, "lending.svg")


def draw_curve(cells):
    """The entropy curve of a perfect predictor: measured with 5, 20 and 100 users a group, and true."""
    bayes = cells[(cells.predictor == "bayes") & (cells.approximation == PUBLISHED) & (cells.estimator == "plug_in")]
    figure, panel = plt.subplots(figsize=(7, 4.6))
    panel.plot([0.9, 3.9], [0.9, 3.9], color=TEXT, linewidth=1, linestyle="--")
    panel.annotate("X = Y", (1.16, 1.2), color=TEXT, rotation=37, ha="center", fontsize=10)
    for users, colour, marker in ((5, ORANGE, "o"), (20, PURPLE, "s"), (100, BLUE, "D")):
        rows = bayes[bayes.users == users]
        bins = rows.groupby(pd.qcut(rows.entropy_mean, 10), observed=True)
        across, up = bins.entropy_mean.mean(), bins.cross_entropy_mean.mean()
        panel.plot(across, up, color=colour, marker=marker, markersize=5)
        panel.annotate(f"{users} users", (across.iloc[-1], up.iloc[-1] + 0.09), color=colour, ha="center")
    rows = bayes[bayes.users == 100]
    bins = rows.groupby(pd.qcut(rows.true_entropy, 10), observed=True)
    panel.plot(bins.true_entropy.mean(), bins.true_cross_entropy.mean(), color=GREEN, marker="^", markersize=5)
    panel.annotate("the truth", (3.12, 2.8), color=GREEN)
    panel.set(xlabel="target entropy (nat)", ylabel="cross-entropy (nat)", xlim=(0.9, 3.9), ylim=(0.9, 3.9))
    save(figure, "curve.svg")


def draw_users(summary):
    """The gap of four predictors against users a group: published, recommended, true."""
    methods = {"published": (PUBLISHED, "plug_in"), "recommended": ("recommended", "empirical_bayes_mixture")}
    predictors = {"bayes": GREEN, "tempered(2)": PURPLE, "memorizer(20,0.5)": BLUE, "popularity": ORANGE}
    figure, panels = plt.subplots(1, 2, figsize=(9.2, 3.9), sharey=True)
    for panel, (title, (approximation, estimator)) in zip(panels, methods.items()):
        for marker, (predictor, colour) in zip("osD^", predictors.items()):
            rows = summary[(summary.approximation == approximation) & (summary.estimator == estimator) & (summary.predictor == predictor)]
            hollow = predictor == "tempered(2)"
            panel.errorbar(rows.users_min, rows.gap_mean, yerr=1.96 * rows.gap_bias_se, color=colour, marker=marker, markersize=6 if hollow else 5,
                           linestyle="--" if hollow else "-", label=predictor, markerfacecolor="none" if hollow else colour)
            panel.plot([1200, 1900], [rows.true_gap.mean()] * 2, color=colour, linewidth=3)
        panel.axhline(0, color=TEXT, linewidth=1)
        panel.set(xscale="log", xlabel="users a group", title=title)
        panel.set_xticks([5, 10, 20, 50, 100, 1000], ["5", "10", "20", "50", "100", "1000"])
        panel.minorticks_off()
        panel.grid(axis="x", visible=False)
    panels[1].annotate("true gaps", (1900, 0.46), ha="right", fontsize=9.5)
    panels[0].set_ylabel("measured gap (nat)")
    panels[0].legend(fontsize=10)
    save(figure, "users.svg")


def draw_terms(summary):
    """Where the measured gap of a perfect predictor comes from."""
    terms = {"answer_term": ("only the top 10 is ranked", PURPLE), "entropy_term": ("entropy of few users", BLUE),
             "cross_entropy_term": ("target borrowed from few users", ORANGE)}
    rows = summary[(summary.predictor == "bayes") & (summary.approximation == PUBLISHED) & (summary.estimator == "plug_in")]
    figure, panel = plt.subplots(figsize=(7, 3.7))
    place, base = np.arange(len(rows)), np.zeros(len(rows))
    for term, (label, colour) in terms.items():
        height = rows[term].clip(lower=0).to_numpy()
        panel.bar(place, height, 0.64, base, color=colour, label=label)
        base += height
    for at, top, gap in zip(place, base, rows.gap_mean):
        panel.annotate(f"{gap:.2f}", (at, top + 0.04), ha="center")
    panel.set_xticks(place, rows.users_min)
    panel.set(xlabel="users a group", ylabel="nat", ylim=(0, 2.35))
    panel.grid(axis="x", visible=False)
    panel.legend()
    save(figure, "terms.svg")


draw_lending()
truegap("run", "quickstart", "--quiet")
results = folder / "truegap-results/quickstart"
cells, summary = pd.read_csv(results / "cells.csv"), pd.read_csv(results / "summary.csv")
draw_curve(cells)
draw_users(summary)
draw_terms(summary)
