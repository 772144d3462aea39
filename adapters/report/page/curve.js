// The entropy curve: cross-entropy against target entropy, with the line of a perfect predictor and the inversion.
const {choice} = require("./elements");
const {colours, section} = require("./frame");
const {labels_fit, line_chart, padded} = require("./lines");
const {distinct, is_finite} = require("./tables");
const {number, percent, signed} = require("./words");

const ink = {mark: "var(--ink)", text: "var(--ink)"};
const floor_colour = {mark: "var(--c3)", text: "var(--t3)"};

const size_words = (users) => users === null || users === undefined ? "these group sizes" : users === 1 ? "1 user a group" : users + " users a group";

function point_of(row, name, unit) {
    const half = 1.96 * (row.cross_entropy_se || 0);
    return {x: row.entropy, y: row.cross_entropy, low: row.cross_entropy - half, high: row.cross_entropy + half,
        tip: `${name}, ${row.contexts} contexts\nentropy ${number(row.entropy)}, cross-entropy ${number(row.cross_entropy)}, gap ${signed(row.gap)} ${unit}` +
            (is_finite(row.corrected_gap) ? `\ncorrected gap ${signed(row.corrected_gap)} (${number(row.corrected_low)} to ${number(row.corrected_high)})` : "")};
}

const drawn = (rows) => rows.filter((row) => is_finite(row.entropy) && is_finite(row.cross_entropy)).sort((a, b) => a.entropy - b.entropy);

// What inversion.json says of one curve.
function finding(view, wanted) {
    const document = view.document("inversion");
    const same = (a, b) => (a ?? null) === (b ?? null);
    const text = (value) => typeof value === "object" ? JSON.stringify(value) : String(value);
    const here = (point) => !point || !view.factor_values.length || Object.values(point).map(text).join() === view.factor_values.join();
    return document && (document.curves || []).find((curve) => here(curve.point) && curve.kind === wanted.kind && curve.predictor === wanted.predictor &&
        (wanted.kind === "true" || (same(curve.approximation, wanted.approximation) && same(curve.estimator, wanted.estimator))) &&
        (wanted.users === undefined || same(curve.users, wanted.users) || (wanted.kind === "true" && same(curve.users, null))) &&
        (curve.population === undefined || !wanted.population || curve.population === wanted.population));
}

const seen = (found) => Boolean(found && found.published && found.published.inverted);
const where = (found) => number(found.published.entropy, 2);

function run_headline(view, measured, truth, users) {
    const who = view.predictor;
    if (!measured || !truth) return null;
    const size = size_words(users);
    if (seen(measured) && !seen(truth))
        return `With ${size} the curve of ${who} seems to invert at an entropy of ${where(measured)} ${view.unit}. In truth it does not: the metric makes this inversion.`;
    if (seen(measured)) return `The curve of ${who} inverts at an entropy of ${where(truth)} ${view.unit} in truth, and with ${size} at ${where(measured)} as measured.`;
    if (seen(truth)) return `The true curve of ${who} inverts at an entropy of ${where(truth)} ${view.unit}; measured with ${size} that is not seen.`;
    return `The curve of ${who} shows no inversion, neither in truth nor measured with ${size}.`;
}

function fit_words(found, name, unit) {
    const fit = found && found.fit;
    if (!fit) return null;
    const interval = is_finite(fit.low) && is_finite(fit.high) ? ` (${number(fit.low, 2)} to ${number(fit.high, 2)})` : "";
    const share = is_finite(fit.share_without_inversion) ? `; ${percent(fit.share_without_inversion)} of the resamples have none` : "";
    return `${name}: two straight lines meet at ${number(fit.break, 2)}${interval} ${unit}, with slopes ${signed(fit.left_slope, 2)} and ${signed(fit.right_slope, 2)}: ` +
        (fit.inversion ? "an inversion" : "no inversion") + share + ".";
}

const columns = [
    {name: "line"}, {name: "bin"}, {name: "contexts"}, {name: "entropy"}, {name: "cross_entropy", label: "cross-entropy"},
    {name: "cross_entropy_se", label: "its standard error"}, {name: "gap"}, {name: "gap_se", label: "its standard error"},
];
const floor_columns = [
    {name: "floor", label: "perfect predictor"}, {name: "floor_low", label: "low"}, {name: "floor_high", label: "high"},
    {name: "corrected_gap", label: "corrected gap"}, {name: "corrected_low", label: "low"}, {name: "corrected_high", label: "high"}, {name: "p"},
];

exports.curve = function (view) {
    const lines_are = choice("Lines are", [], undefined, () => made.refresh());
    const size = choice("Measured with", [], undefined, () => made.refresh());
    const made = section({
        id: "curve",
        title: "The entropy curve: is the inversion real?",
        controls: [lines_are.element, size.element],
        update() {
            const all = view.rows("curve");
            if (!all.length) return null;
            const measured = all.filter((row) => row.kind === "measured" && view.same_method(row));
            const truths = all.filter((row) => row.kind === "true");
            const sizes = distinct(measured, (row) => row.users ?? null).sort((a, b) => a - b);
            const predictors = distinct(measured, "predictor");
            lines_are.offer([
                ...(sizes.length > 1 ? [{value: "sizes", label: "numbers of users a group"}] : []),
                {value: "one", label: "this predictor alone"},
                ...(predictors.length > 1 ? [{value: "predictors", label: "predictors"}] : [])]);
            size.offer(sizes.map((users) => ({value: String(users), label: size_words(users)})));
            size.element.hidden = sizes.length < 2 || lines_are.value === "sizes";
            const users = sizes.find((one) => String(one) === size.value) ?? sizes[0];
            const at_size = (row) => (row.users ?? null) === (users ?? null);

            let series = [];
            if (lines_are.value === "sizes")
                series = sizes.map((one) => ({name: size_words(one), rows: measured.filter((row) => view.same_predictor(row) && (row.users ?? null) === one), users: one, predictor: view.predictor}));
            else if (lines_are.value === "predictors")
                series = predictors.map((one) => ({name: one, rows: measured.filter((row) => row.predictor === one && at_size(row)), users, predictor: one}));
            else
                series = [{name: "measured", rows: measured.filter((row) => view.same_predictor(row) && at_size(row)), users, predictor: view.predictor}];
            series.forEach((one, i) => { one.colour = colours[i % colours.length]; one.band = series.length < 4; });
            const floor_rows = series.length === 1 ? drawn(series[0].rows).filter((row) => is_finite(row.floor)) : [];
            const own_truth = truths.filter(view.same_predictor);
            const true_rows = own_truth.some(at_size) ? own_truth.filter(at_size) : own_truth;
            if (lines_are.value !== "predictors" && true_rows.length)
                series.push({name: "true", rows: true_rows, colour: ink, dash: [2, 2], width: 2.5, kind: "true", predictor: view.predictor});
            if (floor_rows.length)
                series.push({name: "a perfect predictor", colour: floor_colour, band: true, dash: [6, 3], dots: false, points: floor_rows.map((row) => ({
                    x: row.entropy, y: row.entropy + row.floor, low: row.entropy + row.floor_low, high: row.entropy + row.floor_high, tip: ""}))});
            for (const one of series) one.points = one.points || drawn(one.rows).map((row) => point_of(row, one.name, view.unit));
            series = series.filter((one) => one.points.length);
            if (!series.length)
                return {headline: `There is no curve of ${view.predictor} with this method: it has no figure for an entropy of the target.`};

            const first_users = lines_are.value === "sizes" ? sizes[0] : users;
            const row = measured.find(view.same_predictor) || {};
            const finding_of = (kind, of, predictor = view.predictor) => finding(view, {kind, predictor, approximation: row.approximation, estimator: row.estimator, users: of, population: row.population});
            const found = finding_of("measured", first_users);
            const found_truth = finding_of("true", first_users);
            const signs = series.filter((one) => one.rows).map((one) => ({one, at: finding_of(one.kind || "measured", one.users ?? first_users, one.predictor)}))
                .filter(({at}) => seen(at)).map(({one, at}) => {
                    const lowest = one.points.reduce((a, b) => a.y <= b.y ? a : b);
                    return {x: lowest.x, y: lowest.y, colour: one.colour.mark, text: `${one.name}: lowest bin, read as an inversion at ${where(at)} ${view.unit}`};
                });
            const fit = series.filter((one) => one.kind !== "true").length === 1 && found && found.fit && found.fit.inversion ? found.fit : null;
            const spans = fit && is_finite(fit.low) && is_finite(fit.high) ? [{x0: fit.low, x1: fit.high, colour: "var(--c2)"}] : [];
            const points = series.flatMap((one) => one.points);
            const least = (domain) => [Math.max(domain[0], -0.02), domain[1]];  // no entropy is below 0
            const x = least(padded(points.map((point) => point.x), 0.06));
            const y = least(padded([...points.flatMap((point) => [point.low ?? point.y, point.high ?? point.y]), points.reduce((least, point) => Math.min(least, point.x), Infinity)], 0.05));
            const fallback = view.kind === "run"
                ? `Each point is a bin of contexts; the height above X = Y is the gap.`
                : `The measured curve of ${view.predictor}; the height above X = Y is the gap.`;
            const headline = (view.kind === "run" ? run_headline(view, found, found_truth, first_users) : score_headline(view, floor_rows, found)) || fallback;
            const end = Math.min(x[1], y[1]);
            return {
                headline,
                paragraphs: [fit_words(found, lines_are.value === "sizes" ? "Measured with " + size_words(first_users) : "Measured", view.unit),
                    fit_words(found_truth, "In truth", view.unit)].filter(Boolean),
                chart: (width) => line_chart({
                    width, height: Math.min(480, Math.max(320, width * 0.62)), description: "The entropy curve. " + headline, series,
                    x: {title: `entropy of the target, ${view.unit}`, domain: x},
                    y: {title: `cross-entropy, ${view.unit}`, domain: y},
                    straight: [{x0: Math.min(x[0], y[0]), y0: Math.min(x[0], y[0]), x1: Math.max(x[1], y[1]), y1: Math.max(x[1], y[1]), dash: []},
                        ...(fit ? [{x0: fit.break, x1: fit.break, y0: y[0], y1: y[1], colour: "var(--c2)"}] : [])],
                    spans, signs,
                    texts: [{x: end, y: end, dx: -6, dy: 16, align: "right", text: "X = Y: no gap"},
                        ...(fit ? [{x: fit.break, y: y[1], dx: 5, dy: 12, text: "break", colour: "var(--t2)"}] : [])],
                }),
                key: [...series.map((one) => ({label: one.name, colour: one.colour.mark, dash: Boolean(one.dash)})), {label: "X = Y: no gap", colour: "var(--soft)"}],
                key_when: (width) => !labels_fit(width),
                note: `Method: ${view.method_label}. A point is a bin of contexts${series.some((one) => one.band) ? "; bands are 1.96 standard errors over the contexts" : ""}.` +
                    (signs.length ? " Triangles: the lowest bin where it is not the leftmost one, which the published reading takes for an inversion." : "") +
                    (floor_rows.length ? " Green: what a perfect predictor would have scored on as much data." : ""),
                columns: floor_rows.length ? [...columns, ...floor_columns] : columns,
                rows: series.filter((one) => one.rows).flatMap((one) => one.rows.map((entry) => ({...entry, line: one.name}))),
            };
        },
    });
    return made;
};

function score_headline(view, floor_rows, found) {
    if (floor_rows.length) {
        const outside = floor_rows.filter((row) => row.gap > row.floor_high).length;
        return outside === 0
            ? `Nowhere on its curve is ${view.predictor} further from X = Y than a perfect predictor would be on as much data.`
            : `In ${outside} of ${floor_rows.length} bins ${view.predictor} is further from X = Y than a perfect predictor would be on as much data.`;
    }
    if (!found) return null;
    return (seen(found) ? `The curve of ${view.predictor} has its lowest point at an entropy of ${where(found)} ${view.unit}: by the published reading, an inversion.`
        : `The curve of ${view.predictor} shows no inversion by the published reading.`) + " Without a noise floor (--noise-floor) it is not known what sparse groups do to it.";
}
