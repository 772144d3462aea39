// The frame of a section: heading, a sentence that says what is seen, controls, chart, key, note and the data as
// a table. Controls stay as they are when the rest is made anew, so that the keyboard does not lose its place.
const {element, tooltip} = require("./elements");
const {data_table} = require("./data_table");
const {draw} = require("./vega");

const sections = [];

/** A section of the page.
    controls: elements. update: gives what is to be seen now, or null for a section that has nothing to show:
    {headline, paragraphs, chart(width) -> Vega specification, key: [{label, colour, dash}], note, columns, rows}. */
exports.section = function ({id, title, controls = [], update}) {
    const parts = {
        headline: element("p", {class: "headline"}),
        paragraphs: element("div"),
        chart: element("div", {class: "chart", id: id + "-chart"}),
        key: element("ul", {class: "key"}),
        note: element("p", {class: "note"}),
        figures: element("div"),
    };
    parts.table = element("details", {class: "data"}, element("summary", {}, "These figures as a table"), parts.figures);
    const root = element("section", {id, "aria-labelledby": id + "-title"},
        element("h2", {id: id + "-title"}, title), parts.headline,
        controls.length ? element("div", {class: "controls"}, controls) : null, parts.paragraphs,
        element("figure", {}, parts.chart, parts.key, parts.note), parts.table);
    let shown = null;
    let view = null;
    const made = {
        root,
        refresh() {
            shown = update();
            root.hidden = shown === null;
            if (shown === null) return;
            parts.headline.textContent = shown.headline || "";
            parts.headline.hidden = !shown.headline;
            parts.paragraphs.replaceChildren(...(shown.paragraphs || []).map((text) =>
                typeof text === "string" ? element("p", {}, text) : text));
            parts.key.replaceChildren(...(shown.key || []).map(key_entry));
            parts.note.textContent = shown.note || "";
            parts.note.hidden = !shown.note;
            fill_table();
            made.draw();
        },
        draw() {
            if (view) view.finalize();
            view = null;
            parts.chart.replaceChildren();
            parts.chart.hidden = !(shown && shown.chart);
            // Where a chart has labels at its lines, a key would say the same again.
            parts.key.hidden = !(shown && shown.key && shown.key.length) ||
                Boolean(shown.key_when && !shown.key_when(parts.chart.clientWidth));
            if (!shown || !shown.chart) return;
            const width = Math.floor(parts.chart.clientWidth);
            if (width > 0) view = draw(shown.chart(width), parts.chart, tooltip);
        },
    };
    // Made when it is opened: most readers open few.
    let is_made = false;
    function fill_table() {
        parts.table.hidden = !shown.columns;
        is_made = Boolean(shown.columns) && parts.table.open;
        parts.figures.replaceChildren(is_made
            ? data_table({caption: shown.headline || title, columns: shown.columns, rows: shown.rows}) : "");
    }
    parts.table.addEventListener("toggle", () => { if (parts.table.open && !is_made) fill_table(); });
    sections.push(made);
    return made;
};

function key_entry({label, colour, dash, shape}) {
    const swatch = element("span", {class: "swatch " + (shape || (dash ? "dashed" : "line")), "aria-hidden": "true"});
    swatch.style.setProperty("--swatch", colour);
    return element("li", {}, swatch, label);
}

/** All sections made anew, or their charts alone. */
exports.refresh = () => sections.forEach((section) => section.refresh());
exports.redraw = () => sections.forEach((section) => section.draw());

const faces = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** How every chart looks. Colours are the page's own, so that they follow it into the dark and onto paper. */
exports.look = {
    background: null,
    font: faces,
    axis: {
        domainColor: "var(--rule)", tickColor: "var(--rule)", gridColor: "var(--grid)", labelColor: "var(--soft)",
        titleColor: "var(--soft)", labelFont: faces, titleFont: faces, labelFontSize: 12, titleFontSize: 12,
        titleFontWeight: "normal", titlePadding: 8, tickSize: 4, labelPadding: 4, domainWidth: 1,
    },
    text: {font: faces, fontSize: 12, fill: "var(--ink)"},
};

/** Okabe and Ito's colours, which people with any colour vision tell apart, in an order in which neighbours differ
    most: for marks, and darker or lighter for text. */
exports.colours = [1, 2, 3, 4, 5, 6, 7].map((i) => ({mark: `var(--c${i})`, text: `var(--t${i})`}));

/** About how wide a text is in a chart, in pixels. */
exports.text_width = (text, size = 12) => String(text).length * size * 0.59;

/** Moves labels apart that would lie on one another: their new places, in the order given. */
exports.spread = function (places, gap, least, most) {
    const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
    const moved = places.slice();
    order.forEach((at, i) => {
        const above = i ? moved[order[i - 1]] + gap : least;
        moved[at] = Math.max(places[at], above);
    });
    for (let i = order.length - 1, floor = most; i >= 0 && moved[order[i]] > floor; --i) {
        moved[order[i]] = floor;
        floor -= gap;
    }
    return moved;
};
