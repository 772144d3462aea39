// How often an inversion is read, truly or falsely, by each way of reading.
const {colours, section} = require("./frame");
const {labels_fit, line_chart} = require("./lines");
const {distinct, is_finite} = require("./tables");
const {capital, list, percent, whole} = require("./words");

const words = {published: "published reading", two_segment: "two-segment fit", worse: "calibrated test", rise: "calibrated test of a rise"};
const name_of = (row) => (words[row.reading] || row.reading) + (row.null ? `, null from the ${row.null}` : "");

exports.rates = function (view) {
    return section({
        id: "rates",
        title: "How often is an inversion read?",
        update() {
            let rows = view.rows("inversion_rates").filter((row) => view.same_predictor(row) && is_finite(row.rate));
            if (!rows.length) return null;
            rows = rows.filter(view.same_method);
            if (!rows.length) return null;
            const sizes = distinct(rows, (row) => row.users ?? 1).sort((a, b) => a - b);
            const level = (view.result.head.scenario && view.result.head.scenario.inversion && view.result.head.scenario.inversion.level) || 0.05;
            const series = distinct(rows, name_of).map((name, i) => ({
                name, colour: colours[i % colours.length], errors: true, line: sizes.length > 1,
                points: rows.filter((row) => name_of(row) === name).sort((a, b) => (a.users ?? 1) - (b.users ?? 1)).map((row) => ({
                    x: row.users ?? 1, y: row.rate, low: Math.max(0, row.rate - 1.96 * (row.rate_mcse || 0)), high: Math.min(1, row.rate + 1.96 * (row.rate_mcse || 0)),
                    tip: `${name}\n${row.users === null ? "" : row.users + " users: "}${percent(row.rate, 1)}, standard error ${percent(row.rate_mcse || 0, 1)}` +
                        ` (${whole(row.worlds)} worlds)`})),
            }));
            const truth = rows.find((row) => row.worlds > 0);
            const first = (one) => `${one.name}: ${percent(one.points[0].y)}`;
            const headline = `In which share of worlds is an inversion of ${view.predictor} read${sizes.length > 1 ? `, with ${whole(sizes[0])} users` : ""}? ` +
                capital(list(series.map(first))) + ".";
            return {
                headline,
                paragraphs: truth && truth.inverted_worlds > 0 ? [`The true curve is inverted in ${percent(truth.inverted_worlds / truth.worlds)} of the worlds. There: ` +
                    list(rows.filter((row) => is_finite(row.rate_if_inverted)).map((row) => `${name_of(row)} ${percent(row.rate_if_inverted)}`)) + "."] : [],
                chart: (width) => line_chart({
                    width, height: Math.min(400, Math.max(300, width * 0.55)), description: "Rates of reading an inversion. " + headline, series,
                    x: {title: sizes.length > 1 ? "users" : "", log: sizes.length > 1, domain: sizes.length > 1 ? [sizes[0] / 1.1, sizes[sizes.length - 1] * 1.1] : [0, 2], values: sizes.length > 1 ? sizes : [], format: "~r"},
                    y: {title: "share of worlds", domain: [0, 1.02], format: ".0%"},
                    straight: [{x0: 1e-9, x1: 1e9, y0: level, y1: level}],
                    texts: [{x: sizes.length > 1 ? sizes[0] : 0, y: level, dx: 4, dy: -5, text: `level ${percent(level)}`}],
                }),
                key: series.map((one) => ({label: one.name, colour: one.colour.mark})),
                key_when: (width) => !labels_fit(width),
                note: "Bars: 1.96 Monte Carlo standard errors. For a perfect predictor every reading beyond the level is a false one; for one that is worse, the share is the power.",
                columns: [{name: "line", label: "reading"}, {name: "users"}, {name: "rate"}, {name: "rate_mcse", label: "standard error"}, {name: "worlds"}, {name: "rate_if_inverted", label: "rate where truly inverted"}, {name: "rate_if_inverted_mcse", label: "its standard error"}, {name: "inverted_worlds", label: "worlds truly inverted"}],
                rows: rows.map((row) => ({...row, line: name_of(row)})),
            };
        },
    });
};
