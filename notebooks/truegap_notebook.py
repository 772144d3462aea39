"""What the notebooks share: the program is found and run, and figures look alike."""

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import matplotlib as mpl

# Okabe and Ito's colours, told apart by colour-blind readers; markers say the same again.
BLUE, ORANGE, GREEN, PINK, AMBER, SKY, GREY = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5F6670")
MARKERS = "osD^vPX"

PUBLISHED = "rank_matched(uniform,additive 0.5,top 10)"

# Everything is written here, and goes when the notebook's kernel does.
_folder = tempfile.TemporaryDirectory(prefix="truegap-notebook-")
folder = Path(_folder.name)


def _find_program():
    built = Path(__file__).resolve().parent.parent / "build/release/truegap"
    found = shutil.which("truegap") or (str(built) if built.is_file() else None)
    if found is None:
        raise FileNotFoundError(
            f"truegap is not built: run scripts/run.sh in {built.parents[2]}, or put the program on the PATH")
    return found


program = _find_program()


def truegap(*arguments, text=None):
    """Runs truegap in a temporary folder and returns what it prints. `text`: its standard input."""
    arguments = [str(argument) for argument in arguments]
    print("$ truegap", shlex.join(arguments))
    finished = subprocess.run([program, *arguments], cwd=folder, input=text, capture_output=True, text=True)
    if finished.returncode != 0:
        raise RuntimeError(finished.stderr.strip().splitlines()[-1])
    return finished.stdout


mpl.rcParams.update({
    "figure.dpi": 110, "figure.constrained_layout.use": True, "font.size": 10.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#8A9099",
    "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.grid": True, "grid.color": "#E3E6EA", "grid.linewidth": 0.8, "axes.axisbelow": True,
    "legend.frameon": False, "lines.linewidth": 1.8, "lines.markersize": 5.5,
})
