// The page: what it starts with, its sections in order, what follows a choice, and the theme.
const {element} = require("./elements");
const frame = require("./frame");
const {make_view} = require("./view");
const {introduction, provenance} = require("./provenance");
const {decomposition} = require("./decomposition");
const {curve} = require("./curve");
const {bias} = require("./bias");
const {calibration} = require("./calibration");
const {rates} = require("./rates");
const {verdict, signatures} = require("./verdict");
const {answers, comparisons, gaps, ordering} = require("./scored");
const {all_figures} = require("./all_figures");

const data = JSON.parse(document.getElementById("data").textContent);
const content = document.getElementById("content");

const view = make_view(data.results, (is_other_result) => {
    frame.refresh();
    if (is_other_result) tell();
});
const sections = [verdict, decomposition, curve, gaps, signatures, rates, bias, comparisons, ordering, calibration, answers, all_figures]
    .map((make) => make(view));

function tell() {
    document.getElementById("introduction").replaceChildren(...introduction(view));
    document.getElementById("provenance").replaceChildren(...provenance(view, data));
}

content.append(view.element, ...sections.map((section) => section.root));
tell();
frame.refresh();

// Charts are as wide as their column, whatever becomes of the window.
let width = content.clientWidth;
let waiting = 0;
new ResizeObserver(() => {
    if (content.clientWidth === width) return;
    width = content.clientWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(frame.redraw);
}).observe(content);
window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.getElementById("tooltip").hidden = true;
});

// The system's theme until the reader chooses the other one. Charts follow by themselves: their colours are the page's.
const button = document.getElementById("theme");
const system = window.matchMedia("(prefers-color-scheme: dark)");
let is_dark = system.matches;
function set_theme() {
    document.documentElement.dataset.theme = is_dark ? "dark" : "light";
    button.textContent = is_dark ? "Light page" : "Dark page";
}
button.hidden = false;
button.addEventListener("click", () => { is_dark = !is_dark; set_theme(); });
system.addEventListener("change", () => { is_dark = system.matches; set_theme(); });
set_theme();
