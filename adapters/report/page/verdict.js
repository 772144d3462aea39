// The verdict on each predictor, and the four signatures of failure.
const {element} = require("./elements");
const {section} = require("./frame");
const {data_table} = require("./data_table");
const {distinct} = require("./tables");
const {capital} = require("./words");

const signs = {worse: "Worse", explained: "Explained", undecided: "Undecided"};

function verdicts_of(view) {
    const document = view.document("verdict");
    if (!document) return [];
    const listed = document.verdicts || document.predictors || [];
    return Array.isArray(listed) ? listed : [];
}

function card(verdict) {
    const kind = String(verdict.finding || verdict.verdict || "undecided").split(/[ :]/)[0];
    const text = verdict.sentence || verdict.text || verdict.verdict || "";
    return element("li", {class: "card " + (signs[kind] ? kind : "undecided")},
        element("strong", {}, verdict.predictor || ""), element("span", {class: "badge"}, signs[kind] || kind),
        element("p", {}, capital(text)));
}

exports.verdict = function (view) {
    return section({
        id: "verdict",
        title: "The verdict",
        update() {
            if (view.kind !== "score") return null;
            const verdicts = verdicts_of(view);
            if (!verdicts.length)
                return {headline: "No verdict: there is no noise floor.", paragraphs: [
                    "How much of these gaps is the metric's own is not known without a twin of the users: truegap fit makes one of the targets, and truegap score --noise-floor judges with it."]};
            return {headline: "", paragraphs: [element("ul", {class: "cards"}, verdicts.map(card))]};
        },
    });
};

const names = {
    misaligned_with_task: "misaligned with the task: high cross-entropy where entropy is high", inversion: "inversion: the curve rises where entropy is low",
    demographics_ignored: "demographics ignored: no difference without them", lost_in_context: "lost in context: cross-entropy rises with history",
};

exports.signatures = function (view) {
    return section({
        id: "signatures",
        title: "Signatures of failure",
        update() {
            const rows = view.rows("signatures");
            if (!rows.length) return null;
            const present = rows.filter((row) => row.finding === "yes");
            const undecided = rows.filter((row) => row.finding === "undecided").length;
            const told = distinct(present, (row) => `${row.predictor}: ${String(row.signature).replace(/_/g, " ")}`);
            return {
                headline: (told.length ? `Found: ${told.join("; ")}.` : "None of the signatures was found.") + (undecided ? ` ${undecided} of ${rows.length} are undecided.` : ""),
                paragraphs: [data_table({caption: "Signatures of failure", columns: Object.keys(rows[0]).map((name) => ({name, label: name.replace(/_/g, " "),
                    text: name === "signature" ? (value) => names[value] || String(value) : undefined, decimals: name === "p" ? 4 : 3})), rows})],
            };
        },
    });
};
