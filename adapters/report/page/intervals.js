// Figures with their intervals, one under the other.
const {look, text_width} = require("./frame");
const {padded} = require("./lines");
const {is_finite} = require("./tables");

const step = 40;

/** rows: [{name, value, low, high, text, tip, colour}]; title: of the axis; marked: a range around 0 to shade, or 0. */
exports.interval_chart = function ({width, description, rows, title, marked = 0}) {
    const padding = {left: 10, right: 12, top: 4, bottom: 44};
    const inner = width - padding.left - padding.right;
    const values = rows.flatMap((row) => [row.value, row.low, row.high]).filter(is_finite);
    const domain = padded([0, -marked, marked, ...values], 0.06);
    const room = Math.max(...rows.map((row) => text_width(row.text))) + 14;
    const x = (field) => ({scale: "x", field});
    const y = (shift) => ({signal: `datum.row * ${step} + ${shift}`});
    return {
        description, width: inner, height: step * rows.length, padding, autosize: "none", config: look,
        data: [{name: "rows", values: rows.map((row, i) => ({colour: "var(--c1)", ...row, row: i, low: row.low ?? row.value, high: row.high ?? row.value}))}],
        scales: [{name: "x", domain, range: [0, inner - room], zero: false}],
        axes: [{scale: "x", orient: "bottom", grid: true, title, titleAnchor: "start", tickCount: Math.max(3, Math.floor((inner - room) / 80)), domain: false, ticks: false}],
        marks: [
            {type: "rect", aria: false, encode: {enter: {x: {scale: "x", value: -marked}, x2: {scale: "x", value: marked}, y: {value: 0}, y2: {value: step * rows.length},
                fill: {value: "var(--ink)"}, fillOpacity: {value: 0.06}}}},
            {type: "rule", aria: false, encode: {enter: {x: {scale: "x", value: 0}, y: {value: 0}, y2: {value: step * rows.length}, stroke: {value: "var(--ink)"}}}},
            {type: "rule", aria: false, from: {data: "rows"}, encode: {enter: {x: x("low"), x2: x("high"), y: y(27), stroke: {field: "colour"}, strokeWidth: {value: 3}}}},
            {type: "symbol", from: {data: "rows"}, encode: {enter: {x: x("value"), y: y(27), size: {value: 80}, fill: {field: "colour"}, stroke: {value: "var(--paper)"},
                tooltip: {field: "tip"}, description: {field: "tip"}}}},
            {type: "text", aria: false, from: {data: "rows"}, encode: {enter: {x: {value: 0}, y: y(12), baseline: {value: "middle"}, text: {field: "name"}, limit: {value: inner}}}},
            {type: "text", aria: false, from: {data: "rows"}, encode: {enter: {x: {value: inner}, y: y(27), align: {value: "right"}, baseline: {value: "middle"}, text: {field: "text"}}}},
        ],
    };
};
