// How much of a measured gap is the predictor, and how much the metric: stacked bars of the true gap and the terms.
const {choice} = require("./elements");
const {look, section, text_width} = require("./frame");
const {is_finite, users_label, users_words} = require("./tables");
const {capital, number, percent, signed} = require("./words");

const terms = [
    {name: "true_gap", label: "the predictor's true gap", colour: "var(--truth)"},
    {name: "approximation_term", label: "approximation: probabilities lost", colour: "var(--c5)"},
    {name: "answer_term", label: "answer: only the top is told, smoothing", colour: "var(--c4)"},
    {name: "entropy_term", label: "entropy: estimated from few users", colour: "var(--c1)"},
    {name: "cross_entropy_term", label: "cross-entropy: target borrowed, few users", colour: "var(--c6)"},
    {name: "unsplit", label: "the metric's bias, not split further", colour: "var(--c2)"},
];
const most_bars = 20;

// A row's parts, which add up to the measured gap.
function parts_of(row) {
    const whole = terms.slice(1, 5).every((term) => is_finite(row[term.name]));
    const values = whole ? row : {true_gap: row.true_gap, unsplit: row.gap_bias};
    return terms.map((term) => ({...term, value: values[term.name]})).filter((part) => is_finite(part.value) && part.value !== 0);
}

function bars(rows, name_of) {
    const segments = [];
    const totals = [];
    rows.forEach((row, bar) => {
        let above = 0;
        let below = 0;
        for (const part of parts_of(row)) {
            const start = part.value < 0 ? below : above;
            if (part.value < 0) below += part.value; else above += part.value;
            segments.push({bar, start, end: start + part.value, colour: part.colour,
                tip: name_of(row) + "\n" + capital(part.label) + ": " + signed(part.value) + " nat"});
        }
        totals.push({bar, name: name_of(row), total: row.gap_mean, end: above, start: below,
            text: is_finite(row.gap_mean) ? number(row.gap_mean) : "infinite (" + percent(row.infinite_fraction, 1) + " of data sets)",
            tip: name_of(row) + "\nmeasured gap " + number(row.gap_mean) + " = true gap " + number(row.true_gap) +
                " + bias " + signed(row.gap_bias) + " nat"});
    });
    return {segments, totals};
}

function chart(width, rows, name_of, description) {
    const {segments, totals} = bars(rows, name_of);
    const padding = {left: 10, right: 12, top: 6, bottom: 44};
    const inner = width - padding.left - padding.right;
    const low = Math.min(0, ...totals.map((total) => total.start));
    const high = Math.max(1e-9, ...totals.map((total) => Math.max(total.end, is_finite(total.total) ? total.total : 0)));
    const room = (high - low) * text_width("00.000") / (inner - text_width("00.000"));
    const step = 44;
    const x = (field) => ({scale: "x", field});
    return {
        description, width: inner, height: step * rows.length, padding, autosize: "none", config: look,
        data: [{name: "segments", values: segments}, {name: "totals", values: totals.map((total) => ({...total, shown: is_finite(total.total) ? total.total : 0}))}],
        scales: [{name: "x", domain: [low - (low < 0 ? 0.02 * (high - low) : 0), high + room], range: [0, inner], zero: false}],
        axes: [{scale: "x", orient: "bottom", grid: true, title: "nat", tickCount: Math.max(3, Math.floor(inner / 90)), domain: false, ticks: false}],
        marks: [
            {type: "rect", aria: false, from: {data: "segments"}, encode: {enter: {x: x("start"), x2: x("end"), y: {signal: `datum.bar * ${step} + 20`}, height: {value: 17},
                fill: {field: "colour"}, stroke: {value: "var(--paper)"}, strokeWidth: {value: 1}, tooltip: {field: "tip"}}}},
            {type: "rule", aria: false, encode: {enter: {x: {scale: "x", value: 0}, y: {value: 0}, y2: {value: step * rows.length}, stroke: {value: "var(--ink)"}, strokeWidth: {value: 1}}}},
            {type: "rule", from: {data: "totals"}, encode: {enter: {x: x("shown"), y: {signal: `datum.bar * ${step} + 16`}, y2: {signal: `datum.bar * ${step} + 41`},
                stroke: {value: "var(--ink)"}, strokeWidth: {value: 2.5}, description: {field: "tip"}, tooltip: {field: "tip"}}}},
            {type: "text", aria: false, from: {data: "totals"}, encode: {enter: {x: {signal: `max(scale('x', datum.shown), scale('x', datum.end)) + 6`}, y: {signal: `datum.bar * ${step} + 29`},
                baseline: {value: "middle"}, text: {field: "text"}, fontWeight: {value: "bold"}}}},
            {type: "text", aria: false, from: {data: "totals"}, encode: {enter: {x: {scale: "x", value: 0}, dx: {value: 5}, y: {signal: `datum.bar * ${step} + 12`}, baseline: {value: "middle"},
                text: {field: "name"}, fill: {value: "var(--ink)"}}}},
        ],
    };
}

const columns = [
    {name: "name", label: "bar"}, {name: "true_gap", label: "true gap"},
    ...terms.slice(1, 5).map((term) => ({name: term.name, label: term.name.replace("_term", "").replace("_", "-")})),
    {name: "gap_bias", label: "bias"}, {name: "gap_bias_se", label: "its standard error"}, {name: "gap_mean", label: "measured gap"},
];

function headline(rows, by, view) {
    const perfect = rows.find((row) => row.true_gap !== null && Math.abs(row.true_gap) < 1e-12 && is_finite(row.gap_mean));
    if (by === "predictors" && perfect)
        return `With ${view.users_words}, a perfect predictor (${perfect.predictor}) is charged a gap of ${number(perfect.gap_mean)} nat: all of it is the metric's own.`;
    const finite = rows.filter((row) => is_finite(row.gap_bias));
    if (!finite.length) return "No bar has a finite gap.";
    const biases = finite.map((row) => row.gap_bias);
    const smallest = finite[biases.indexOf(Math.min(...biases))];
    const largest = finite[biases.indexOf(Math.max(...biases))];
    if (by === "users")
        return `Of what is measured for ${view.predictor}, the metric's share is ${signed(finite[0].gap_bias)} nat with ${users_words(finite[0])}` +
            (finite.length > 1 ? ` and ${signed(finite[finite.length - 1].gap_bias)} with ${users_label(finite[finite.length - 1])}.` : ".");
    if (by === "methods" && finite.length > 1)
        return `From one method to another the metric's share of ${view.predictor}'s gap goes from ${signed(smallest.gap_bias)} (${view.short_method(smallest)}) to ${signed(largest.gap_bias)} nat (${view.short_method(largest)}).`;
    return `The metric adds ${signed(largest.gap_bias)} nat to the true gap of ${largest.predictor}.`;
}

exports.decomposition = function (view) {
    const by = choice("A bar for each", [], undefined, () => made.refresh());
    const made = section({
        id: "decomposition",
        title: "How much of the gap is the metric?",
        controls: [by.element],
        update() {
            const all = view.rows("summary");
            if (!all.length) return null;
            const options = [
                {value: "predictors", label: "predictor", rows: all.filter((row) => view.same_method(row) && view.same_users(row)), name: (row) => row.predictor},
                {value: "users", label: "number of users a group", rows: all.filter((row) => view.same_method(row) && view.same_predictor(row)), name: users_words},
                {value: "methods", label: "approximation and estimator", rows: all.filter((row) => view.same_users(row) && view.same_predictor(row)), name: view.short_method},
            ].filter((option, i) => option.rows.length > 1 || i === 0);
            by.offer(options);
            const chosen = options.find((option) => option.value === by.value);
            let rows = chosen.rows;
            if (rows.length > most_bars)
                rows = rows.slice().sort((a, b) => Math.abs(a.gap_bias) - Math.abs(b.gap_bias)).slice(0, most_bars);
            const used = terms.filter((term) => rows.some((row) => parts_of(row).some((part) => part.name === term.name)));
            const text = headline(rows, chosen.value, view);
            return {
                headline: text,
                chart: (width) => chart(width, rows, chosen.name, "Stacked bars. " + text),
                key: used.map((term) => ({label: term.label, colour: term.colour, shape: "box"})),
                note: "The upright stroke is the measured gap, the sum of the parts; parts below 0 are drawn to the left." +
                    (chosen.value === "methods" ? "" : " Method: " + view.method_label + ".") +
                    (rows.length < chosen.rows.length ? ` The ${rows.length} of ${chosen.rows.length} methods with the smallest bias are drawn; all are in the table.` : ""),
                columns,
                rows: chosen.rows.map((row) => ({...row, name: chosen.name(row)})),
            };
        },
    });
    return made;
};
