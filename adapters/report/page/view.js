// What is looked at: a result, a point of its grid, a predictor, a method, a number of users. Every section asks
// here which rows to show; the choices stand at the top of the page.
const {choice, element} = require("./elements");
const {distinct, method_of, rows, shortened, users_label, users_place, users_words} = require("./tables");

const separator = "\u0001";

const method_key = (row) => row.approximation + separator + row.estimator;
const users_key = (row) => [row.population_users ?? "", row.users_min, row.users_max].join(separator);

/** results: as the program embeds them. change: called when another choice was made. */
exports.make_view = function (results, change) {
    let result = results[0];
    let tables = {};
    let points = [];

    const changed = () => { offer(); change(); };
    const controls = {
        result: choice("Result", results.map((one, i) => ({value: String(i), label: one.folder})), "0", (at) => {
            result = results[Number(at)];
            load();
            offer(true);
            change(true);
        }),
        point: choice("Point of the study", [], undefined, changed),
        predictor: choice("Predictor", [], undefined, changed),
        method: choice("Method", [], undefined, changed),
        users: choice("Users a group", [], undefined, changed),
    };

    function point_columns() {
        return ["population", ...result.factors];
    }
    function point_key(row) {
        // A factor that is called like a column of a table has another name in it.
        return point_columns().map((name) => row["factor_" + name] ?? row[name] ?? "").join(separator);
    }
    function load() {
        tables = Object.fromEntries(Object.entries(result.tables).map(([name, table]) => [name, rows(table)]));
        points = distinct(main(), point_key);
    }
    const main = () => tables.summary || tables.proxies || [];
    const here = (row) => points.length < 2 || point_key(row) === controls.point.value;

    // Of a study the published way of measuring, whose bias it shows; of a score what verdicts rest on.
    function usual_method(candidates) {
        const recommended = candidates.find((row) => row.approximation.startsWith("recommended"));
        if (result.kind === "score" && recommended) return method_key(recommended);
        const usual = candidates.find((row) => row.approximation.startsWith("rank_matched") && row.estimator === "plug_in");
        return method_key(usual || candidates[0]);
    }
    function offer(anew = false) {
        const all = main();
        const keep = (control) => anew ? undefined : control.value;
        controls.point.offer(points.map((key) => {
            const row = all.find((one) => point_key(one) === key);
            const label = point_columns().filter((name) => row[name] !== undefined && row[name] !== "")
                .map((name) => name === "population" ? row[name] : `${name} = ${row[name]}`).join(", ");
            return {value: key, label: label || "the study"};
        }), keep(controls.point) || points[0]);
        const local = all.filter(here);
        controls.predictor.offer(distinct(local, "predictor").map((name) => ({value: name, label: name})), keep(controls.predictor));
        const methods = distinct(local, method_key);
        controls.method.offer(methods.map((key) => ({value: key, label: method_of(local.find((row) => method_key(row) === key))})),
            keep(controls.method) || usual_method(local));
        if (result.kind === "run") {
            const sizes = distinct(local, users_key).map((key) => local.find((row) => users_key(row) === key))
                .sort((a, b) => users_place(a) - users_place(b));
            // One user a group tells little of what is usual: from five on, where there are such groups.
            const usual = sizes.find((row) => row.users_min >= 5) || sizes[0];
            controls.users.offer(sizes.map((row) => ({value: users_key(row), label: users_label(row) +
                (row.population_users ? ` (of ${row.population_users} in all)` : "")})), keep(controls.users) || users_key(usual));
        } else {
            controls.users.offer([]);
        }
    }
    load();
    offer(true);

    const view = {
        element: element("div", {class: "controls", id: "choices", role: "group", "aria-label": "What is shown"},
            Object.values(controls).map((control) => control.element)),
        get result() { return result; },
        get kind() { return result.kind; },
        /** The values of a grid's factors at the point that is chosen, in order, as text. */
        get factor_values() { return points.length < 2 ? [] : controls.point.value.split(separator).slice(1); },
        document: (name) => result.documents[name],
        get unit() { return result.head.unit; },
        get predictor() { return controls.predictor.value; },
        get users_words() {
            const row = view.rows("summary").find(view.same_users);
            return row ? users_words(row) : "these users";
        },
        get method_label() {
            const row = main().find(view.same_method);
            return row ? method_of(row) : "";
        },
        /** A method in as few words as tell it from the others of this result. */
        get short_method() {
            const all = main();
            const approximations = shortened(all.map((row) => row.approximation));
            const estimators = shortened(all.map((row) => row.estimator));
            return (row) => method_of({approximation: approximations.get(row.approximation) ?? row.approximation,
                estimator: estimators.get(row.estimator) ?? row.estimator});
        },
        /** The rows of a table at the point that is chosen. */
        rows(name) {
            return (tables[name] || []).filter(here);
        },
        same_predictor: (row) => row.predictor === controls.predictor.value,
        same_method: (row) => method_key(row) === controls.method.value,
        same_users: (row) => users_key(row) === controls.users.value,
        method_key,
    };
    return view;
};
