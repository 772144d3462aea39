// Whether what a predictor states happens.
const {colours, section} = require("./frame");
const {labels_fit, line_chart} = require("./lines");
const {distinct, is_finite} = require("./tables");
const {number, percent, whole} = require("./words");

const least = 1e-6;

// The probability, in as many digits as tell it.
const chance = (p) => p >= 0.1 ? p.toFixed(2) : p.toPrecision(2);

exports.calibration = function (view) {
    return section({
        id: "calibration",
        title: "Calibration: does what is stated happen?",
        update() {
            const rows = view.rows("calibration");
            if (!rows.length) return null;
            const predictors = distinct(rows, "predictor");
            const chosen = predictors.includes(view.predictor) ? view.predictor : null;
            const is_drawn = (row) => row.stated >= least && row.happened >= least;
            const series = predictors.map((name) => ({
                name, faint: chosen !== null && name !== chosen && predictors.length > colours.length, errors: rows.some((row) => is_finite(row.happened_se)),
                points: rows.filter((row) => row.predictor === name && is_drawn(row)).sort((a, b) => a.stated - b.stated).map((row) => ({
                    x: row.stated, y: row.happened, size: 20 + 500 * row.mass,
                    low: Math.max(least, row.happened - 1.96 * (row.happened_se || 0)), high: row.happened + 1.96 * (row.happened_se || 0),
                    tip: `${name}\nstates ${chance(row.stated)}, happens ${chance(row.happened)}\n${percent(row.mass, 1)} of what it states, ${whole(row.items)} candidates`})),
            })).filter((one) => one.points.length);
            if (!series.length) return null;
            series.forEach((one, i) => { one.colour = one.faint ? {mark: "var(--soft)", text: "var(--soft)"} : colours[i % colours.length]; });
            // How far apart, weighed by what is stated: in the predictor's own words.
            const mine = rows.filter((row) => row.predictor === (chosen || series[0].name));
            const off = mine.reduce((sum, row) => sum + (row.stated > 0 ? row.mass * Math.abs(row.stated - row.happened) : 0), 0);
            const top = mine.filter((row) => row.mass > 0.02).reduce((a, b) => !a || b.stated > a.stated ? b : a, null);
            const who = chosen || series[0].name;
            const ratio = top ? top.stated / top.happened : 1;
            const headline = !top || Math.abs(Math.log(ratio)) < 0.05
                ? `What ${who} states is what happens, within ${number(off, 3)} on average.`
                : `Where ${who} is surest it states ${chance(top.stated)} and ${chance(top.happened)} happens: it is ${ratio > 1 ? "too sure" : "not sure enough"}.`;
            const points = series.flatMap((one) => one.points);
            const low = Math.max(least, 0.7 * Math.min(...points.flatMap((point) => [point.x, point.y])));
            const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1].filter((tick) => tick >= low);
            const left_out = rows.filter((row) => !is_drawn(row)).length;
            return {
                headline: headline + (chosen ? "" : ` (${view.predictor} states no probabilities.)`),
                chart: (width) => line_chart({
                    width, height: Math.min(480, Math.max(320, width * 0.62)), description: "Calibration. " + headline, series,
                    x: {title: "probability stated", log: true, domain: [low, 1.15], values: ticks, format: "~g"},
                    y: {title: view.kind === "run" ? "true probability" : "share of users who chose it", log: true, domain: [low, 1.15], values: ticks, format: "~g"},
                    straight: [{x0: low, y0: low, x1: 1, y1: 1, dash: []}],
                    texts: [{x: low, y: low, dx: 40, dy: -8, text: "stated = happened"}],
                }),
                key: series.map((one) => ({label: one.name, colour: one.colour.mark})),
                key_when: (width) => !labels_fit(width),
                note: "A point is a bin of candidates of about the same stated probability; its area is their share of all that is stated. " +
                    (view.kind === "run" ? "What happens is the exact probability." : "What happens is observed; bars are 1.96 standard errors over contexts.") +
                    " Below the line: stated too high." + (left_out ? " Bins with less than one in a million are in the table only." : ""),
                columns: [{name: "predictor"}, {name: "stated_low", label: "from", text: chance}, {name: "stated_high", label: "to", text: chance}, {name: "stated", decimals: 5}, {name: "happened", decimals: 5},
                    {name: "happened_se", label: "standard error", decimals: 5}, {name: "mass", label: "share of what is stated"}, {name: "items", label: "candidates"}],
                rows,
            };
        },
    });
};
