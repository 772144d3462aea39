// The page: what it starts with, its sections in order, what follows a choice, and the theme.
const {element} = require("./elements");
const frame = require("./frame");
const {make_view} = require("./view");
const {introduction, provenance} = require("./provenance");
const {decomposition} = require("./decomposition");
const {bias} = require("./bias");
const {all_figures} = require("./all_figures");

const data = JSON.parse(document.getElementById("data").textContent);
const content = document.getElementById("content");

const view = make_view(data.results, (is_other_result) => {
    frame.refresh();
    if (is_other_result) tell();
});
const sections = [decomposition(view), bias(view), all_figures(view)];

function tell() {
    document.getElementById("introduction").replaceChildren(...introduction(view));
    document.getElementById("provenance").replaceChildren(...provenance(view, data));
}

content.append(view.element, ...sections.map((section) => section.root));
tell();
frame.refresh();

let width = document.documentElement.clientWidth;
let waiting = 0;
window.addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    clearTimeout(waiting);
    waiting = setTimeout(frame.redraw, 120);
});
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
