#!/usr/bin/python3
"""Our benchmarks and their peers, in turn, in one run: what a figure of ours is of one of theirs.

The machine's speed drifts, so each round measures ours and theirs next to each other, and a ratio
is the median of the rounds' own ratios, with the lowest and the highest. Targets are aims, printed
for the reader: nothing here fails because of a time.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECONDS = "0.2"  # of measuring, a benchmark and round

# label, our benchmark, numpy's form, target of the ratio
AGAINST_NUMPY = [
    ("plug_in | numpy xlogy", "estimator/plug_in", "xlogy", 20),
    ("plug_in | numpy table", "estimator/plug_in", "table", 5),
    ("plug_in | scipy entropy", "estimator/plug_in", "scipy_entropy", None),
    ("plug_in, 100,000 | xlogy", "estimator/far/plug_in", "far_xlogy", 20),
    ("plug_in, 100,000 | table", "estimator/far/plug_in", "far_table", 5),
    ("chao_shen | numpy", "estimator/chao_shen", "chao_shen", 10),
    ("miller_madow | numpy", "estimator/miller_madow", "miller_madow", None),
    ("grassberger_2003 | numpy", "estimator/grassberger_2003", "grassberger_2003", None),
    ("zhang | numpy", "estimator/zhang", "zhang", None),
    ("shrinkage | numpy", "estimator/shrinkage", "shrinkage", None),
    ("dirichlet_jeffreys | numpy", "estimator/dirichlet_jeffreys", "dirichlet_jeffreys", None),
    ("wolpert_wolf | numpy", "estimator/wolpert_wolf", "wolpert_wolf", None),
    ("multinomial | numpy", "replicate/part/multinomial", "multinomial", None),
    ("replicate | numpy", "replicate/whole", "replicate", 8),
]
R_TARGET = 100  # of the closed forms, a call of ours against a call of R
NSB_TARGET_NS = 20_000
THREAD_STUDIES = ["study/one_context", "study/many_contexts"]
THREADS_TARGET = 1.8
FEW_REPLICATES, MANY_REPLICATES = 10_000, 100_000


@contextlib.contextmanager
def cores(number):
    """Keeps what is started inside to that many of our processors, where that can be said."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[-number:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def start_ours(build, names, options=()):
    program = "bench_metrics" if names[0].startswith("estimator/") else "bench_sim"
    return subprocess.Popen(
        [
            build / program,
            "--benchmark_filter=^(" + "|".join(names) + ")",
            "--benchmark_format=json",
            "--benchmark_min_time=" + SECONDS,
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ours(build, *names):
    """name -> that benchmark's figures, with `ns`: CPU time of an item."""
    out, _ = start_ours(build, names).communicate()
    figures = {figure["name"]: figure for figure in json.loads(out)["benchmarks"]}
    for figure in figures.values():
        figure["ns"] = 1e9 / figure["items_per_second"]
    return figures


class Numpy:
    """numpy_peer.py, kept running so that its start is not in a round."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "numpy_peer.py", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def row(label, our_values, their_values, ratios, target):
    return {
        "label": label,
        "ours": spread(our_values),
        "theirs": spread(their_values),
        "ratio": spread(ratios),
        "target": target,
    }


def compare_with_numpy(build, rounds):
    taken = [([], []) for _ in AGAINST_NUMPY]
    with cores(1):
        numpy = Numpy()
        for _ in range(rounds):
            for (_, name, form, _), (our_values, their_values) in zip(AGAINST_NUMPY, taken):
                our_values.append(ours(build, name + "$")[name]["ns"])
                their_values.append(numpy(form)["ns"])
        our_gap, their_gap = ours(build, "replicate/whole$")["replicate/whole"], numpy("gap")
        numpy.close()
    rows = [
        row(label, us, them, [b / a for a, b in zip(us, them)], target)
        for (label, _, _, target), (us, them) in zip(AGAINST_NUMPY, taken)
    ]
    difference = our_gap["gap"] - their_gap["mean"]
    error = (our_gap["gap_se"] ** 2 + their_gap["standard_error"] ** 2) ** 0.5
    return rows, {"ours": our_gap["gap"], "theirs": their_gap["mean"], "z": difference / error}


def same_estimates(build, peer, counts, estimates):
    """Stops where a peer's figures are not those of the estimator of that name."""
    lines = "".join(json.dumps({"counts": row, "items": len(row)}) + "\n" for row in counts)
    command = [build / "truegap", "estimate", "--quiet", "--estimator", *estimates]
    answer = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    for r, line in enumerate(answer.stdout.splitlines()):
        for name, own in json.loads(line)["estimates"].items():
            if abs(own - estimates[name][r]) > 1e-9 * max(1.0, abs(own)):
                sys.exit(f"{peer}'s {name} is another estimator: {estimates[name][r]}, {own}")


def compare_with_r(build, rounds):
    """Every estimator that the R script has; nothing where R is not installed."""
    if shutil.which("Rscript") is None:
        return None
    taken = {}
    with cores(1), tempfile.TemporaryDirectory() as folder:
        numpy = Numpy()
        values = numpy("values")
        numpy.close()
        same_estimates(build, "numpy", values["counts"], values["estimates"])
        file = pathlib.Path(folder) / "counts.csv"
        file.write_text("".join(",".join(map(str, row)) + "\n" for row in values["counts"]))
        for _ in range(rounds):
            command = ["Rscript", HERE / "r_peer.R", file, str(len(values["counts"][0]))]
            answer = subprocess.run(command, capture_output=True, text=True, check=True)
            figures = [json.loads(line) for line in answer.stdout.splitlines()]
            if not taken:
                same_estimates(
                    build, "R", values["counts"], {one["name"]: one["values"] for one in figures}
                )
            names = ["estimator/" + one["name"] for one in figures]
            own = ours(build, *(name + "$" for name in names))
            for one, name in zip(figures, names):
                us, them = taken.setdefault(one["name"], ([], []))
                us.append(own[name]["ns"])
                them.append(one["ns"])
    return [
        row(name, us, them, [b / a for a, b in zip(us, them)], R_TARGET)
        for name, (us, them) in taken.items()
    ]


def all_estimators(build):
    """name -> ns a histogram, of every estimator; medians of three."""
    with cores(1):
        runs = [ours(build, "estimator/") for _ in range(3)]
    return {
        name.removeprefix("estimator/"): statistics.median(one[name]["ns"] for one in runs)
        for name in runs[0]
    }


def rate_of_processes(build, name, processes):
    """Replicates a second of that many single-threaded processes at once, each on its own."""
    started = [start_ours(build, [name + "/threads:1"]) for _ in range(processes)]
    results = [json.loads(process.communicate()[0])["benchmarks"][0] for process in started]
    return sum(result["items_per_second"] for result in results)


def compare_threads(build, rounds):
    rows = []
    for study in THREAD_STUDIES:
        one, two, ceiling = [], [], []
        with cores(2):
            for _ in range(rounds):
                figures = ours(build, study)
                one.append(figures[study + "/threads:1/real_time"]["items_per_second"])
                two.append(figures[study + "/threads:2/real_time"]["items_per_second"])
                alone = rate_of_processes(build, study, 1)
                ceiling.append(rate_of_processes(build, study, 2) / alone)
        ratios = [b / a for a, b in zip(one, two)]
        rows.append(row(study, two, one, ratios, THREADS_TARGET) | {"ceiling": spread(ceiling)})
    return rows


def peak_memory(build, replicates, folder):
    """Peak resident memory of `truegap run`, in MiB, for one world of the quickstart."""
    scenario = json.loads((ROOT / "scenarios/quickstart.json").read_text())
    scenario |= {"name": "memory", "worlds": 1, "design": {"users_per_group": [20]}}
    (folder / "memory.json").write_text(json.dumps(scenario))
    command = [build / "truegap", "run", "memory.json", "--quiet", "--out", "results"]
    command += ["--replicates", str(replicates), "--threads", "2"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("truegap run failed")
    return usage.ru_maxrss / 1024


def compare_memory(build):
    with tempfile.TemporaryDirectory() as folder:
        few, many = (
            peak_memory(build, replicates, pathlib.Path(folder))
            for replicates in (FEW_REPLICATES, MANY_REPLICATES)
        )
    return {"few": few, "many": many, "growth": many / few}


def aim(target):
    return "" if target is None else f"{target:g}x"


def print_rows(rows, unit, scale, with_ceiling=False):
    for one in rows:
        ratio = one["ratio"]
        line = f"{one['label']:<26}{one['ours']['median'] / scale:>10.1f}"
        line += f"{one['theirs']['median'] / scale:>10.1f} {unit}"
        line += f"{ratio['median']:>8.2f}x  ({ratio['min']:.2f} to {ratio['max']:.2f})"
        line += f"  {aim(one['target'])}"
        if with_ceiling:
            line += f"   two processes: {one['ceiling']['median']:.2f}x"
        print(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=pathlib.Path, help="writes the figures there as well")
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    print(f"{arguments.rounds} rounds; median (lowest to highest); the last column is the aim\n")
    print("One core, CPU time of a histogram or a replicate (n = 100, 50 items)")
    print(f"{'':<26}{'ours':>10}{'theirs':>10}{'':>3}{'ratio':>9}")
    rows, gap = compare_with_numpy(build, arguments.rounds)
    print_rows(rows, "ns", 1)
    print(f"The same work: mean gap {gap['ours']:.4f} and {gap['theirs']:.4f}, z = {gap['z']:.1f}")

    r_rows = compare_with_r(build, max(1, arguments.rounds // 2))
    print("\nAgainst base R, formulas by hand, ns a call (n = 100, 50 items)")
    if r_rows is None:
        print("left out: Rscript is not installed (Debian: r-base-core)")
    else:
        print_rows(r_rows, "ns", 1)

    every = all_estimators(build)
    print("\nEvery estimator, ns a histogram (n = 100, 50 items), one core")
    for name, ns in every.items():
        note = f"   (aim: below {NSB_TARGET_NS})" if name == "nsb" else ""
        print(f"{name:<26}{ns:>12.1f}{note}")

    threads = []
    if (os.cpu_count() or 1) >= 2:
        print("\nTwo threads against one, millions of replicates a second of the clock")
        print(f"{'':<26}{'two':>10}{'one':>10}{'':>3}{'ratio':>9}")
        threads = compare_threads(build, arguments.rounds)
        print_rows(threads, "M/s", 1e6, with_ceiling=True)
        print("two processes: what two independent studies at once gain, without anything shared;")
        print("less than 2 where others use the machine, or the two processors are one core's.")

    memory = compare_memory(build)
    print(f"\nPeak memory of a run: {memory['few']:.1f} MiB at {FEW_REPLICATES} replicates,")
    print(f"{memory['many']:.1f} MiB at {MANY_REPLICATES}: {memory['growth']:.2f}x  (aim: 1x)")

    if arguments.json:
        figures = {
            "numpy": rows,
            "r": r_rows,
            "estimators": every,
            "gap": gap,
            "threads": threads,
            "memory": memory,
        }
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
