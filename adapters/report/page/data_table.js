// Tables that are sorted by a click or a key on a column's head.
const {element} = require("./elements");
const {number, whole} = require("./words");

const most_rows = 400;

function text_of(value, column) {
    if (column.text) return column.text(value);
    if (typeof value === "number") return Number.isInteger(value) ? whole(value) : number(value, column.decimals || 3);
    return value === null || value === undefined ? "–" : String(value);
}

// Undefined values come last, either way round.
function compare(a, b, direction) {
    const missing = (value) => value === null || value === undefined || value === "";
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    if (typeof a === "number" && typeof b === "number") return direction * (a - b);
    return direction * String(a).localeCompare(String(b), "en", {numeric: true});
}

/** columns: [{name, label, decimals, text(value)}]; rows: objects by name. Only the first few hundred rows are
    shown until all are asked for. */
exports.data_table = function ({caption, columns, rows}) {
    const body = element("tbody");
    const more = element("p", {class: "more"});
    const status = element("p", {class: "unseen", role: "status"});
    let shown = rows.slice();
    let all = rows.length <= most_rows;
    let sorted_by = null;
    let direction = 1;
    const is_number = columns.map((column) => rows.some((row) => typeof row[column.name] === "number"));

    function fill() {
        body.replaceChildren(...(all ? shown : shown.slice(0, most_rows)).map((row) =>
            element("tr", {}, columns.map((column, i) =>
                element(i === 0 ? "th" : "td", {scope: i === 0 && "row", class: is_number[i] && "number"},
                    text_of(row[column.name], column))))));
        more.hidden = all;
    }
    const heads = columns.map((column, i) => {
        const button = element("button", {type: "button"}, column.label || column.name,
            element("span", {class: "arrow", "aria-hidden": "true"}));
        const head = element("th", {scope: "col", class: is_number[i] && "number"}, button);
        button.addEventListener("click", () => {
            direction = sorted_by === i ? -direction : 1;
            sorted_by = i;
            shown = rows.slice().sort((a, b) => compare(a[column.name], b[column.name], direction));
            heads.forEach((other) => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
            status.textContent = "sorted by " + (column.label || column.name) +
                (direction > 0 ? ", ascending" : ", descending");
            fill();
        });
        return head;
    });
    const button = element("button", {type: "button"}, "Show all " + whole(rows.length) + " rows");
    button.addEventListener("click", () => { all = true; fill(); });
    more.append("The first " + most_rows + " rows. ", button);
    fill();
    return element("div", {},
        element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
            element("table", {}, element("caption", {class: "unseen"}, caption),
                element("thead", {}, element("tr", {}, heads)), body)),
        more, status);
};
