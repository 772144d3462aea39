"""browser.py PROGRAM CHROMIUM FOLDER: pages of `truegap report` in a headless Chromium.

Every chart has marks, the console is silent, nothing is asked of the network, tables sort, choices are followed.
FOLDER holds the small study. Each check has a partner: a page that is broken on purpose must be found out."""
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import tempfile

program, chromium, folder = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
evil = 'q</script><img src="x" onerror="alert(1)">\'"&ü漢'
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def run(work, *arguments):
    done = subprocess.run([program, *arguments], cwd=work, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stderr)


class Page(html.parser.HTMLParser):
    """Of a page as the browser made it: the marks of each chart, the sections that are shown, attributes."""
    void = {"meta", "br", "img", "link", "input", "hr", "col"}

    def __init__(self, dom):
        super().__init__()
        self.open, self.marks, self.shown, self.texts, self.images, self.descriptions = [], {}, [], [], 0, {}
        self.body = {}
        self.feed(dom)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "body":
            self.body = attributes
        if tag == "img":
            self.images += 1
        if tag == "section" and "hidden" not in attributes:
            self.shown.append(attributes["id"])
        chart = next((a["id"] for t, a in self.open if a.get("class") == "chart"), None)
        in_mark = any("role-mark" in a.get("class", "") and "mark-group" not in a.get("class", "") for _, a in self.open)
        if chart and in_mark and tag in ("path", "rect", "line", "text"):
            self.marks[chart] = self.marks.get(chart, 0) + 1
        is_hidden = "hidden" in attributes or any("hidden" in a for _, a in self.open)
        if attributes.get("class") == "chart" and not is_hidden:
            self.marks.setdefault(attributes["id"], 0)
            self.descriptions[attributes["id"]] = attributes.get("aria-label", "")
        if tag not in self.void:
            self.open.append((tag, attributes))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data):
        if not any(tag in ("script", "style") for tag, _ in self.open):
            self.texts.append(data)


def opened(path, width=1100):
    """The page after its scripts ran, and what the console said."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-dev-shm-usage", f"--user-data-dir={profile}", f"--window-size={width},2000",
             "--virtual-time-budget=5000", "--enable-logging=stderr", "--dump-dom", path.as_uri()],
            capture_output=True, text=True, timeout=120)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Page(done.stdout), console


def check_page(path, charts, name):
    page, console = opened(path)
    check(not console, f"{name}: the console says {console[:3]}")
    for chart in charts:
        check(chart in page.shown, f"{name}: section {chart} is not shown, of {page.shown}")
        check(page.marks.get(chart + "-chart", 0) >= 3, f"{name}: chart {chart} has {page.marks.get(chart + '-chart')} marks")
        check(len(page.descriptions.get(chart + "-chart", "")) > 20, f"{name}: chart {chart} has no description")
    check(all(count >= 3 for count in page.marks.values()), f"{name}: a chart without marks: {page.marks}")
    return page


def refers_to(text):
    """Addresses that are more than names of formats."""
    found = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<>)]*", text))
    return {one for one in found if not one.startswith("http://www.w3.org/")}


def with_script(path, script):
    """A copy of the page whose policy lets a script of the test run after its own."""
    text = path.read_text()
    text = re.sub(r"script-src 'sha256-[^']*'", "script-src 'unsafe-inline'", text, count=1)
    copy = path.with_name("tested-" + path.name)
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"))
    return copy


clicks = """
const told = {};
const heads = [...document.querySelectorAll("#figures thead th")];
const column = heads.findIndex((head) => head.textContent.startsWith("bias"));
const values = () => [...document.querySelectorAll("#figures tbody tr")].map((row) => row.children[column].textContent)
    .filter((text) => /\\d/.test(text)).map((text) => Number(text.replace("−", "-").replace("<", "")));
const rising = (list) => list.every((value, i) => i === 0 || list[i - 1] <= value + 0.0011);
const button = heads[column].querySelector("button");
button.focus();
told.focus = document.activeElement === button;
button.click();
told.up = heads[column].getAttribute("aria-sort") + rising(values());
button.click();
told.down = heads[column].getAttribute("aria-sort") + rising(values().reverse());
told.before = rising(values());
const headline = () => document.querySelector("#bias .headline").textContent;
const first = headline();
const select = document.querySelectorAll("#choices select")[2];
select.value = select.options[1].value;
select.dispatchEvent(new Event("change"));
told.followed = first !== headline() && headline().includes(select.value);
const details = document.querySelector("#bias details.data");
details.open = true;
details.dispatchEvent(new Event("toggle"));
told.table = details.querySelectorAll("tbody tr").length;
document.getElementById("theme").click();
told.theme = document.documentElement.dataset.theme;
told.labelled = [...document.querySelectorAll("select")].every((one) => document.querySelector(`label[for="${one.id}"]`));
document.body.dataset.told = JSON.stringify(told);
"""

with tempfile.TemporaryDirectory() as scratch:
    work = pathlib.Path(scratch)
    run(work, "run", str(folder / "study.json"), "--quiet", "--out", "study")
    run(work, "report", "study", "--out", "study.html", "--title", evil)
    text = (work / "study.html").read_text()
    check(len(text) < 2_000_000, "the page of a small study is large")
    check(not refers_to(text), f"the page refers to {refers_to(text)}")
    check(refers_to('<img src="https://example.org/a.png">'), "an address is not found")
    charts = ["decomposition", "bias", "calibration"]
    charts += [chart for chart, file in (("curve", "curve.csv"), ("rates", "inversion_rates.csv")) if (work / "study" / file).exists()]
    page = check_page(work / "study.html", charts, "study")
    check(page.images == 0, "a title became an element")
    check(any(evil in words for words in page.texts), "the title is not shown as it is")

    # Names from the tables are text too, in charts as elsewhere.
    rows = (work / "study/summary.csv").read_text().splitlines()
    quoted = '"' + evil.replace('"', '""') + '"'
    (work / "study/summary.csv").write_text("\n".join(re.sub(r"^bayes,", lambda _: quoted + ",", row) for row in rows) + "\n")
    run(work, "report", "study", "--out", "names.html")
    page = check_page(work / "names.html", ["decomposition", "bias"], "names")
    check(page.images == 0, "a name became an element")
    check(sum(evil in words for words in page.texts) > 3, "the name is not shown as it is")

    run(work, "score", "--targets", str(folder / "targets.jsonl"), "--responses", str(folder / "responses.jsonl"),
        "--resamples", "50", "--out", "score")
    run(work, "report", "score", "study", "--out", "score.html")
    check_page(work / "score.html", ["gaps", "calibration", "comparisons"], "score")

    page, console = opened(with_script(work / "study.html", clicks))
    told = json.loads(page.body.get("data-told", "{}"))
    check(not console, f"clicks: the console says {console[:3]}")
    check(told.get("focus") is True, f"sort buttons take the focus: {told}")
    check(told.get("up") == "ascendingtrue" and told.get("down") == "descendingtrue", f"the table sorts: {told}")
    check(told.get("before") is False, f"sorted both ways round at once: {told}")
    check(told.get("followed") is True, f"the charts follow the predictor: {told}")
    check(told.get("table", 0) >= 3, f"a chart has its table: {told}")
    check(told.get("theme") == "dark", f"the theme changes: {told}")
    check(told.get("labelled") is True, f"every choice has a label: {told}")

    # The partners: an error, a request and a stranger's script are found out.
    page, console = opened(with_script(work / "study.html", "nothing_of_this_name();"))
    check(console, "an error in a script is not seen")
    for stranger in ('<img src="http://127.0.0.1:9/a.png">', "<script>document.title = 'mine'</script>"):
        broken = work / "broken.html"
        broken.write_text(text.replace("</body>", stranger + "</body>"))
        page, console = opened(broken)
        check(any("Content Security Policy" in line for line in console), f"not refused: {stranger}")
    broken.write_text(text.replace('"summary":{', '"summery":{', 1))
    page, console = opened(broken)
    check("decomposition" not in page.shown or console, "a page without its data is not told from a whole one")

print("pages of truegap report:", "FAILED" if failures else "all checks hold")
sys.exit(1 if failures else 0)
