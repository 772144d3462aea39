// The metric's bias against the number of users a group.
const {choice} = require("./elements");
const {colours, section} = require("./frame");
const {labels_fit, line_chart, padded} = require("./lines");
const {distinct, is_finite, shortened, users_label, users_place, users_words} = require("./tables");
const {number, plural, signed} = require("./words");

const most_coloured = 7;

// What is compared: the estimators under one approximation, the approximations with one estimator, or predictors.
function comparisons(rows) {
    const made = [];
    const short = shortened(rows.map((row) => row.approximation));
    for (const approximation of distinct(rows, "approximation")) {
        const estimators = distinct(rows.filter((row) => row.approximation === approximation), "estimator");
        if (estimators.length > 1)
            made.push({value: "a" + approximation, label: "entropy estimators, with " + approximation,
                keep: (row) => row.approximation === approximation, name: (row) => row.estimator});
    }
    for (const estimator of distinct(rows, "estimator")) {
        const approximations = distinct(rows.filter((row) => row.estimator === estimator), "approximation");
        if (approximations.length > 1)
            made.push({value: "e" + estimator, label: "approximations, with " + estimator,
                keep: (row) => row.estimator === estimator, name: (row) => short.get(row.approximation)});
    }
    return made;
}

// The sizes themselves, or round numbers where there are many or where they are bins.
function log_ticks(sizes) {
    if (sizes.length < 8 && sizes.every(Number.isInteger)) return sizes;
    const ticks = [];
    for (let tick = 1; tick <= sizes[sizes.length - 1] * 1.06; tick *= 10)
        ticks.push(...[1, 2, 5].map((times) => times * tick).filter((value) => value >= sizes[0] && value <= sizes[sizes.length - 1]));
    return ticks;
}

function series_of(rows, name_of) {
    return distinct(rows, name_of).map((name) => {
        const members = rows.filter((row) => name_of(row) === name && is_finite(row.gap_bias))
            .sort((a, b) => a.users_min - b.users_min);
        return {name, points: members.map((row) => ({
            x: users_place(row), y: row.gap_bias,
            low: row.gap_bias - 1.96 * (row.gap_bias_se || 0), high: row.gap_bias + 1.96 * (row.gap_bias_se || 0),
            tip: `${name}\n${users_words(row)}: bias ${signed(row.gap_bias)} nat` +
                (row.gap_bias_se === null ? "" : `, standard error ${number(row.gap_bias_se)}`),
        }))};
    }).filter((one) => one.points.length);
}

exports.bias = function (view) {
    const compare = choice("Lines are", [], undefined, () => made.refresh());
    const made = section({
        id: "bias",
        title: "Bias against users per group",
        controls: [compare.element],
        update() {
            const own = view.rows("summary").filter(view.same_predictor);
            const sizes = distinct(own, users_place).sort((a, b) => a - b);
            if (sizes.length < 2) return null;
            const options = [
                {value: "all", label: "all methods", keep: () => true, name: view.short_method},
                ...comparisons(own)];
            compare.offer(options);
            const chosen = options.find((option) => option.value === compare.value);
            const lines = series_of(own.filter(chosen.keep), chosen.name);
            if (!lines.length) return null;
            const first = (one) => Math.abs(one.points[0].y);
            const order = lines.slice().sort((a, b) => first(a) - first(b));
            const best = order[0];
            const worst = order[order.length - 1];
            // With more lines than colours: those that say most, the others in grey.
            const named = lines.length <= most_coloured ? lines
                : lines.filter((one) => order.indexOf(one) < 4 || order.indexOf(one) >= order.length - 3);
            lines.forEach((one) => {
                const at = named.indexOf(one);
                one.colour = at < 0 ? {mark: "var(--soft)", text: "var(--soft)"} : colours[at];
                one.faint = at < 0;
                one.label = at >= 0;
                one.dots = at >= 0;
                one.band = at >= 0;
            });
            lines.sort((a, b) => (b.faint || false) - (a.faint || false));
            const values = lines.flatMap((one) => one.points.flatMap((point) => [point.low, point.high]));
            const fewest = users_words(own.reduce((a, b) => users_place(a) <= users_place(b) ? a : b));
            const headline = lines.length > 1
                ? `With ${fewest} the bias for ${view.predictor} is ${signed(best.points[0].y)} nat with ${best.name}, and ${signed(worst.points[0].y)} with ${worst.name}.`
                : `With ${fewest} ${best.name} is off by ${signed(best.points[0].y)} nat for ${view.predictor}; with most users by ${signed(best.points[best.points.length - 1].y)}.`;
            return {
                headline,
                chart: (width) => line_chart({
                    width, height: Math.min(430, Math.max(300, width * 0.6)),
                    description: "Lines of bias against users per group. " + headline,
                    series: lines,
                    x: {title: "users a group", log: true, domain: [sizes[0] / 1.06, sizes[sizes.length - 1] * 1.06], values: log_ticks(sizes), format: "~r"},
                    y: {title: "bias of the gap, nat", domain: padded([0, ...values])},
                    straight: [{x0: sizes[0] / 2, x1: sizes[sizes.length - 1] * 2, y0: 0, y1: 0, colour: "var(--ink)", dash: []}],
                }),
                key: named.map((one) => ({label: one.name, colour: one.colour.mark})),
                key_when: (width) => !labels_fit(width),
                note: "Bands: 1.96 standard errors (" + own[0].se_over + ")." +
                    (own.some((row) => row.users_min !== row.users_max) ? " Group sizes are in bins, drawn at their middle." : "") +
                    (named.length < lines.length ? ` Grey: the other ${lines.length - named.length} of ${plural(lines.length, "line", "lines")}; point at one for its name.` : ""),
                columns: [{name: "line"}, {name: "users", label: "users a group"}, {name: "gap_bias", label: "bias"}, {name: "gap_bias_se", label: "standard error"}, {name: "gap_mean", label: "measured gap"}, {name: "true_gap", label: "true gap"}],
                rows: own.filter(chosen.keep).map((row) => ({...row, line: chosen.name(row), users: users_label(row)})),
            };
        },
    });
    return made;
};
