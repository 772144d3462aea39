// What is told of responses that were scored: gaps by proxy and history, comparisons, the order, and the answers.
const {choice, element} = require("./elements");
const {colours, section} = require("./frame");
const {interval_chart} = require("./intervals");
const {labels_fit, line_chart, padded} = require("./lines");
const {distinct, is_finite} = require("./tables");
const {list, number, percent, plural, signed, whole} = require("./words");

const proxy_name = (row) => row.proxy || "everybody";
const interval = (low, high) => is_finite(low) && is_finite(high) ? ` (${number(low)} to ${number(high)})` : "";

const gap_columns = [
    {name: "line"}, {name: "history_length", label: "history"}, {name: "contexts"}, {name: "users"}, {name: "gap"}, {name: "gap_low", label: "low"}, {name: "gap_high", label: "high"},
];

/** Gaps against the length of the history, or proxy by proxy where there is one length. */
exports.gaps = function (view) {
    const lines_are = choice("Lines are", [], undefined, () => made.refresh());
    const made = section({
        id: "gaps",
        title: "Measured gaps by demographics and history",
        controls: [lines_are.element],
        update() {
            const all = view.rows("proxies").filter((row) => view.same_method(row) && is_finite(row.gap));
            if (!all.length) return null;
            const finest = all.reduce((a, b) => proxy_name(b).split("+").length > proxy_name(a).split("+").length || (a.proxy === "" && b.proxy !== "") ? b : a).proxy;
            const options = [
                {value: "proxies", label: "demographics, of this predictor", rows: all.filter(view.same_predictor), name: proxy_name},
                {value: "predictors", label: `predictors, by ${finest || "no demographics"}`, rows: all.filter((row) => row.proxy === finest), name: (row) => row.predictor},
            ].filter((option, i) => i === 0 || distinct(option.rows, "predictor").length > 1);
            lines_are.offer(options);
            const chosen = options.find((option) => option.value === lines_are.value);
            const lengths = distinct(chosen.rows, "history_length").sort((a, b) => a - b);
            const rows = chosen.rows;
            if (!rows.length) return {headline: `${view.predictor} has no finite gap with this method.`};
            const largest = rows.reduce((a, b) => b.gap > a.gap ? b : a);
            const smallest = rows.reduce((a, b) => b.gap < a.gap ? b : a);
            const told = (row) => `${number(row.gap)} ${view.unit}${interval(row.gap_low, row.gap_high)} (${chosen.name(row)}, history ${row.history_length}, median ${number(row.median_n, 0)} users)`;
            const headline = rows.length > 1 ? `The measured gap goes from ${told(smallest)} to ${told(largest)}.` : `The measured gap is ${told(largest)}.`;
            const tip = (row) => `${chosen.name(row)}, history ${row.history_length}\ngap ${number(row.gap)}${interval(row.gap_low, row.gap_high)} ${view.unit}\n${plural(row.contexts, "context", "contexts")}, ${whole(row.users)} users`;
            const series = distinct(rows, chosen.name).map((name, i) => ({
                name, colour: colours[i % colours.length], band: distinct(rows, chosen.name).length < 4, errors: distinct(rows, chosen.name).length >= 4,
                points: rows.filter((row) => chosen.name(row) === name).sort((a, b) => a.history_length - b.history_length).map((row) => ({
                    x: row.history_length, y: row.gap, low: row.gap_low ?? row.gap, high: row.gap_high ?? row.gap, tip: tip(row)})),
            }));
            const values = series.flatMap((one) => one.points.flatMap((point) => [point.y, point.low, point.high])).filter(is_finite);
            const description = "Measured gaps with intervals. " + headline;
            return {
                headline,
                chart: (width) => lengths.length > 1
                    ? line_chart({width, height: Math.min(430, Math.max(300, width * 0.6)), description, series,
                        x: {title: "length of the history", domain: padded(lengths, 0.04), values: lengths},
                        y: {title: `gap, ${view.unit}`, domain: padded([0, ...values])},
                        straight: [{x0: -1e6, x1: 1e6, y0: 0, y1: 0, colour: "var(--ink)", dash: []}]})
                    : interval_chart({width, description, title: `gap, ${view.unit}`, rows: rows.map((row) => ({
                        name: chosen.name(row), value: row.gap, low: row.gap_low, high: row.gap_high, text: number(row.gap), tip: tip(row)}))}),
                key: lengths.length > 1 ? series.map((one) => ({label: one.name, colour: one.colour.mark})) : [],
                key_when: (width) => !labels_fit(width),
                note: `Method: ${view.method_label}. Intervals: bootstrap over contexts at level ${view.result.head.level}. A measured gap holds the metric's own bias, which is largest where groups are small.`,
                columns: gap_columns,
                rows: rows.map((row) => ({...row, line: chosen.name(row)})),
            };
        },
    });
    return made;
};

/** Pairs of predictors on the same contexts. */
exports.comparisons = function (view) {
    const where = choice("Contexts", [], undefined, () => made.refresh());
    const made = section({
        id: "comparisons",
        title: "Which predictor is better?",
        controls: [where.element],
        update() {
            const all = view.rows("comparisons").filter((row) => view.same_method(row) && is_finite(row.difference));
            if (!all.length) return null;
            const name_of = (row) => `${proxy_name(row)}, history ${row.history_length}`;
            where.offer(distinct(all, name_of).map((name) => ({value: name, label: name})),
                where.value || name_of(all.reduce((a, b) => b.contexts > a.contexts ? b : a)));
            const rows = all.filter((row) => name_of(row) === where.value);
            const level = view.result.head.level;
            const told = rows.filter((row) => is_finite(row.p) && row.p <= 1 - level);
            const headline = told.length
                ? list(told.slice(0, 3).map((row) => `${row.difference < 0 ? row.second : row.first} is better than ${row.difference < 0 ? row.first : row.second} by ${number(Math.abs(row.difference))} ${view.unit}${interval(Math.min(Math.abs(row.difference_low), Math.abs(row.difference_high)), Math.max(Math.abs(row.difference_low), Math.abs(row.difference_high)))}`)) +
                    (told.length > 3 ? `; and ${told.length - 3} more pairs differ.` : ".")
                : `No pair differs at level ${number(1 - level, 2)}: what is seen may be chance.`;
            const tip = (row) => `${row.second} minus ${row.first}: ${signed(row.difference)}${interval(row.difference_low, row.difference_high)} ${view.unit}\n${plural(row.contexts, "context", "contexts")}, p = ${number(row.p, 4)}; p of less than the margin ${number(row.p_equivalent, 4)}`;
            return {
                headline,
                chart: (width) => interval_chart({width, description: "Differences of mean gaps. " + headline, title: `difference of mean gaps, ${view.unit}`,
                    rows: rows.map((row) => ({name: `${row.second} minus ${row.first}`, value: row.difference, low: row.difference_low, high: row.difference_high,
                        text: signed(row.difference), tip: tip(row), colour: told.includes(row) ? "var(--c1)" : "var(--soft)"}))}),
                note: `Left of 0 the first named is the better one. Paired over the same contexts; intervals at level ${level}. Grey: chance cannot be excluded. Method: ${view.method_label}.`,
                columns: [{name: "where"}, {name: "first"}, {name: "second"}, {name: "contexts"}, {name: "difference"}, {name: "difference_low", label: "low"}, {name: "difference_high", label: "high"}, {name: "p", decimals: 4}, {name: "p_equivalent", label: "p of no difference", decimals: 4}],
                rows: all.map((row) => ({...row, where: name_of(row)})),
            };
        },
    });
    return made;
};

/** In which share of the resamples a predictor is the best, the second, … */
exports.ordering = function (view) {
    return section({
        id: "ordering",
        title: "How sure is their order?",
        update() {
            const rows = view.rows("ordering").filter((row) => row.approximation === undefined || view.same_method(row));
            if (rows.length < 2 || !is_finite(rows[0].place_1)) return null;
            const places = Object.keys(rows[0]).filter((name) => /^place_\d+$/.test(name));
            // Of several places or lengths those of the first, as truegap prints them.
            const first = rows.filter((row) => (row.proxy ?? "") === (rows[0].proxy ?? "") && (row.history_length ?? 0) === (rows[0].history_length ?? 0));
            const best = first.reduce((a, b) => b.place_1 > a.place_1 ? b : a);
            return {
                headline: `${best.predictor} has the smallest gap in ${percent(best.place_1)} of the resamples.`,
                chart: (width) => interval_chart({width, description: "Share of resamples in which each predictor is best.", title: "share of resamples in which it is the best",
                    rows: first.map((row) => ({name: row.predictor, value: row.place_1, low: 0, high: row.place_1, text: percent(row.place_1), tip: `${row.predictor}: ` +
                        places.map((place) => `place ${place.slice(6)} in ${percent(row[place], 1)}`).join(", ")}))}),
                note: "Contexts are drawn anew, the same for all predictors. A share near 100 % is an order that does not depend on which contexts were judged.",
                columns: [...["proxy", "history_length", "approximation", "estimator"].filter((name) => rows[0][name] !== undefined).map((name) => ({name, label: name.replace("_", " ")})),
                    {name: "predictor"}, {name: "contexts"}, {name: "gap"}, ...places.map((name) => ({name, label: name.replace("_", " "), decimals: 3}))],
                rows,
            };
        },
    });
};

/** What became of the questions. */
exports.answers = function (view) {
    return section({
        id: "answers",
        title: "Were the questions answered?",
        update() {
            const rows = view.rows("answers");
            if (!rows.length) return null;
            const worst = rows.reduce((a, b) => b.answered / b.asked < a.answered / a.asked ? b : a);
            const all = worst.answered === worst.asked;
            return {
                headline: all ? "Every question was answered by every predictor."
                    : `${worst.predictor} answered ${percent(worst.answered / worst.asked, 1)} of ${whole(worst.asked)} questions.`,
                paragraphs: all ? [] : [element("p", {}, list(["refused", "empty", "unreadable", "failed"].filter((name) => worst[name] > 0).map((name) => `${whole(worst[name])} ${name}`)) + ".")],
                columns: Object.keys(rows[0]).map((name) => ({name, label: name.replace(/_/g, " ")})),
                rows,
            };
        },
    });
};
