// Every pooled figure of the result, in a table that sorts.
const {choice} = require("./elements");
const {section} = require("./frame");
const {data_table} = require("./data_table");
const {users_label} = require("./tables");
const {plural} = require("./words");

const run_columns = [
    {name: "predictor"}, {name: "approximation"}, {name: "estimator"}, {name: "users", label: "users a group"},
    {name: "contexts"}, {name: "true_entropy", label: "true entropy"}, {name: "true_gap", label: "true gap"},
    {name: "gap_mean", label: "measured gap"}, {name: "gap_bias", label: "bias"}, {name: "gap_bias_se", label: "its standard error"},
    {name: "coverage", label: "coverage of 95 % intervals"}, {name: "infinite_fraction", label: "share infinite"},
    {name: "undefined_fraction", label: "share undefined"},
];
const score_columns = [
    {name: "proxy"}, {name: "history_length", label: "history"}, {name: "predictor"}, {name: "approximation"}, {name: "estimator"},
    {name: "contexts"}, {name: "users"}, {name: "median_n", label: "median users a context", decimals: 1}, {name: "entropy"}, {name: "cross_entropy", label: "cross-entropy"},
    {name: "gap"}, {name: "gap_low", label: "gap, low"}, {name: "gap_high", label: "gap, high"},
];

exports.all_figures = function (view) {
    const filter = choice("Rows", [
        {value: "all", label: "all"}, {value: "predictor", label: "of the chosen predictor"}, {value: "method", label: "of the chosen method"}],
    "all", () => made.refresh());
    const made = section({
        id: "figures",
        title: "All figures",
        controls: [filter.element],
        update() {
            const is_run = view.kind === "run";
            const rows = view.rows(is_run ? "summary" : "proxies").filter((row) =>
                filter.value === "all" || (filter.value === "predictor" ? view.same_predictor(row) : view.same_method(row)));
            const shown = rows.map((row) => is_run ? {...row, users: row.users_min === row.users_max ? row.users_min : users_label(row)}
                : {...row, proxy: row.proxy || "everybody"});
            return {
                headline: "",
                paragraphs: [`${plural(rows.length, "row", "rows")}; a click on a column's head, or Enter on it, sorts by it. In ${view.unit}.`,
                    data_table({caption: "All figures", columns: is_run ? run_columns : score_columns, rows: shown})],
            };
        },
    });
    return made;
};
