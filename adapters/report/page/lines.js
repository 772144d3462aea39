// Lines over a plane, with bands, points, straight lines and labels at their ends: the form of most charts.
const {look, spread, text_width} = require("./frame");

const narrow = 560;  // pixels: below, labels at the ends of lines would leave them no room
const most_label = 270;

/** Whether labels stand at the ends of lines; else the page shows a key below. */
exports.labels_fit = (width) => width >= narrow;

function extent(values) {
    return [Math.min(...values), Math.max(...values)];
}

/** The range that holds all values and a little more. */
exports.padded = function (values, share = 0.05) {
    const [low, high] = extent(values);
    const room = (high - low || Math.abs(high) || 1) * share;
    return [low - room, high + room];
};

function scale(name, axis, range) {
    return {name, type: axis.log ? "log" : "linear", domain: axis.domain, range, zero: false, nice: Boolean(axis.nice), clamp: false};
}

/** series: [{name, points: [{x, y, low, high, tip, size}], colour: {mark, text}, dash, width, band, faint, dots, label}]
    straight: [{x0, y0, x1, y1, label, colour, dash}]; spans: [{x0, x1, colour}] and marked places
    signs: [{x, y, text, shape, colour}], and words within the plane, texts: [{x, y, text, align, dx, dy}]. x, y: {title, domain, log, values, format, nice}. */
exports.line_chart = function ({width, height, description, series, x, y, straight = [], spans = [], signs = [], texts = []}) {
    const labelled = exports.labels_fit(width) ? series.filter((one) => one.label !== false && one.points.length) : [];
    const right = labelled.length
        ? Math.min(most_label, 16 + Math.max(...labelled.map((one) => text_width(one.name)))) : 14;
    const padding = {left: 52, right, top: 30, bottom: 46};
    const inner = {width: width - padding.left - padding.right, height: height - padding.top - padding.bottom};
    const at = (axis, value, length) => {
        const f = axis.log ? Math.log : (v) => v;
        return length * (f(value) - f(axis.domain[0])) / (f(axis.domain[1]) - f(axis.domain[0]));
    };
    const points = [];
    series.forEach((one, s) => one.points.forEach((point) => points.push({
        series: s, name: one.name, x: point.x, y: point.y, low: point.low ?? point.y, high: point.high ?? point.y,
        tip: point.tip || "", size: point.size || 26, colour: one.colour.mark, opacity: one.faint ? 0.35 : 1,
        width: one.width || (one.faint ? 1 : 2), dash: one.dash || [], band: one.band ? 0.16 : 0,
        dots: one.dots === false ? 0 : 1, error: one.errors ? 1 : 0, line: one.line === false ? 0 : 1,
    })));
    const ends = labelled.map((one) => one.points[one.points.length - 1]);
    const places = spread(ends.map((end) => inner.height - at(y, end.y, inner.height)), 15, 0, inner.height);
    const labels = labelled.map((one, i) => ({text: one.name, y: places[i], colour: one.colour.text}));
    const x_of = (field) => ({scale: "x", field});
    const y_of = (field) => ({scale: "y", field});
    return {
        description, width: inner.width, height: inner.height, padding, autosize: "none", config: look,
        data: [
            {name: "points", values: points},
            {name: "straight", values: straight.map((line) => ({colour: "var(--soft)", dash: [4, 3], label: "", ...line}))},
            {name: "spans", values: spans},
            {name: "signs", values: signs.map((sign) => ({shape: "triangle-down", colour: "var(--ink)", ...sign}))},
            {name: "texts", values: texts.map((text) => ({align: "left", dx: 0, dy: 0, colour: "var(--soft)", ...text}))},
            {name: "labels", values: labels},
        ],
        scales: [scale("x", x, [0, inner.width]), scale("y", y, [inner.height, 0])],
        axes: [
            {scale: "y", orient: "left", grid: true, domain: false, ticks: false, tickCount: 6, format: y.format || "~g", ...(y.values ? {values: y.values} : {})},
            {scale: "x", orient: "bottom", title: x.title, labelOverlap: true, tickCount: Math.max(3, Math.floor(inner.width / 80)),
             format: x.format || "~g", ...(x.values ? {values: x.values} : {})},
        ],
        marks: [
            {type: "text", aria: false, encode: {enter: {x: {value: -padding.left + 4}, y: {value: -16}, text: {value: y.title}, fill: {value: "var(--soft)"}}}},
            {type: "group", clip: true, encode: {enter: {width: {value: inner.width}, height: {value: inner.height}}}, marks: [
                {type: "rect", aria: false, from: {data: "spans"}, encode: {enter: {x: x_of("x0"), x2: x_of("x1"), y: {value: 0}, y2: {value: inner.height},
                    fill: {field: "colour"}, fillOpacity: {value: 0.14}}}},
                {type: "rule", aria: false, from: {data: "straight"}, encode: {enter: {x: x_of("x0"), x2: x_of("x1"), y: y_of("y0"), y2: y_of("y1"),
                    stroke: {field: "colour"}, strokeWidth: {value: 1.2}, strokeDash: {field: "dash"}}}},
                {type: "group", from: {facet: {name: "one", data: "points", groupby: "series"}}, marks: [
                    {type: "area", aria: false, interactive: false, from: {data: "one"}, encode: {enter: {x: x_of("x"), y: y_of("low"), y2: y_of("high"),
                        fill: {field: "colour"}, fillOpacity: {field: "band"}}}},
                    {type: "line", aria: false, interactive: false, from: {data: "one"}, encode: {enter: {x: x_of("x"), y: y_of("y"), stroke: {field: "colour"},
                        strokeWidth: {field: "width"}, strokeDash: {field: "dash"}, strokeOpacity: {signal: "datum.opacity * datum.line"}, strokeJoin: {value: "round"}}}},
                    {type: "rule", aria: false, interactive: false, from: {data: "one"}, encode: {enter: {x: x_of("x"), y: y_of("low"), y2: y_of("high"), stroke: {field: "colour"},
                        strokeWidth: {value: 1.5}, strokeOpacity: {field: "error"}}}},
                ]},
            ]},
            {type: "symbol", from: {data: "points"}, encode: {enter: {x: x_of("x"), y: y_of("y"), size: {field: "size"}, fill: {field: "colour"},
                opacity: {signal: "datum.dots * datum.opacity"}, description: {field: "tip"}}}},
            {type: "symbol", aria: false, from: {data: "points"}, encode: {enter: {x: x_of("x"), y: y_of("y"), size: {value: 320}, fill: {value: "transparent"},
                tooltip: {field: "tip"}}}},
            {type: "symbol", from: {data: "signs"}, encode: {enter: {x: x_of("x"), shape: {field: "shape"}, size: {value: 90}, y: {signal: "scale('y', datum.y) - 12"},
                fill: {field: "colour"}, stroke: {value: "var(--paper)"}, description: {field: "text"}, tooltip: {field: "text"}}}},
            {type: "text", aria: false, from: {data: "texts"}, encode: {enter: {x: x_of("x"), y: y_of("y"), dy: {field: "dy"}, dx: {field: "dx"}, align: {field: "align"},
                text: {field: "text"}, fill: {field: "colour"}}}},
            {type: "text", aria: false, from: {data: "labels"}, encode: {enter: {x: {value: inner.width + 8}, y: {field: "y"}, baseline: {value: "middle"},
                text: {field: "text"}, fill: {field: "colour"}, limit: {value: right - 8}}}},
        ],
    };
};
