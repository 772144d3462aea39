// What is in the page's data: tables by columns become rows, figures become numbers.

/** "inf" and "-inf" stand for what JSON has no number for; null is undefined. */
function figure(value) {
    if (value === "inf") return Infinity;
    if (value === "-inf") return -Infinity;
    return value;
}

/** A table as the program embeds it ({column: [numbers] | {texts, at}}) as a list of objects. */
exports.rows = function (table) {
    if (!table) return [];
    const names = Object.keys(table);
    const columns = names.map((name) => {
        const column = table[name];
        return Array.isArray(column) ? column.map(figure) : column.at.map((at) => column.texts[at]);
    });
    const length = columns.length ? columns[0].length : 0;
    return Array.from({length}, (_, i) => {
        const row = {};
        names.forEach((name, c) => { row[name] = columns[c][i]; });
        return row;
    });
};

/** The different values of a column, or of a function of rows, in order of appearance. */
exports.distinct = function (rows, of) {
    const get = typeof of === "function" ? of : (row) => row[of];
    return [...new Set(rows.map(get))];
};

exports.method_of = (row) => row.estimator ? row.approximation + " − " + row.estimator : row.approximation;

/** Labels in fewer words, by label: without what stands in parentheses where they can be told apart without it. */
exports.shortened = function (labels) {
    const all = [...new Set(labels)];
    const shorter = all.map((label) => label.replace(/\([^()]*\)/g, ""));
    return new Map(all.map((label, i) =>
        [label, shorter.filter((other) => other === shorter[i]).length === 1 ? shorter[i] : label]));
};

/** Users a group, as text: `5`, or `5–9` for a bin. */
exports.users_label = (row) =>
    row.users_min === row.users_max ? String(row.users_min) : row.users_min + "–" + row.users_max;

exports.users_words = (row) => exports.users_label(row) + (row.users_max === 1 ? " user a group" : " users a group");

/** Where a bin of group sizes stands on a logarithmic axis. */
exports.users_place = (row) => Math.sqrt(Math.max(row.users_min, 0.5) * Math.max(row.users_max, 0.5));

exports.is_finite = (value) => typeof value === "number" && Number.isFinite(value);

exports.mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
