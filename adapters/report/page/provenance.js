// What was asked, and what made these figures.
const {element} = require("./elements");


/** The question of a study, or what was scored. */
exports.introduction = function (view) {
    const {head} = view.result;
    if (view.kind === "run") {
        const scenario = head.scenario || {};
        return [scenario.question ? element("p", {class: "question"}, scenario.question) : ""];
    }
    const files = (head.responses || []).map((file) => file.file).join(", ");
    return [element("p", {class: "question"}, `Responses of ${files} against the choices in ${head.targets ? head.targets.file : "the targets"}.`)];
};

function run_command(result) {
    const {head} = result;
    const parts = ["truegap run scenario.json"];
    if (head.target_mcse !== undefined) parts.push("--target-mcse " + head.target_mcse, "--max-replicates " + head.max_replicates);
    return parts.join(" ");
}

function score_command(head) {
    return ["truegap score", "--targets " + head.targets.file, "--responses " + head.responses.map((file) => file.file).join(" "),
        "--top " + head.top, "--seed " + head.seed, "--resamples " + head.resamples, "--level " + head.level, "--unit " + head.unit].join(" ");
}

function entry(term, ...what) {
    return [element("dt", {}, term), element("dd", {}, ...what)];
}

/** Command, seed, hash, and what the page leaves out. */
exports.provenance = function (view, data) {
    const {head, absent} = view.result;
    const entries = [];
    if (view.kind === "run") {
        const text = JSON.stringify(head.scenario, null, 1);
        const link = element("a", {href: "#", download: (head.scenario.name || "scenario") + ".json"}, "Save the scenario");
        link.addEventListener("click", () => {
            link.href = URL.createObjectURL(new Blob([text], {type: "application/json"}));
        });
        entries.push(...entry("Command", element("code", {}, run_command(view.result)), " with the scenario below, which has every setting in it. ", link),
            ...entry("Seed", String(head.seed)),
            ...entry("SHA-256 of the tables", element("code", {}, head.sha256)),
            ...entry("Scenario", element("details", {}, element("summary", {}, "The scenario as it was run"),
                element("pre", {tabindex: "0"}, text.length > 40000 ? text.slice(0, 40000) + "\n… (the saved file has all of it)" : text))));
    } else {
        entries.push(...entry("Command", element("code", {}, score_command(head))),
            ...entry("Seed", String(head.seed)),
            ...entry("Methods", (head.approximations || []).join(", ") + "; " + (head.estimators || []).join(", ")),
            ...entry("SHA-256 of the tables", element("code", {}, head.sha256)),
            ...entry("SHA-256 of the files", element("ul", {}, [head.targets, ...head.responses].map((file) =>
                element("li", {}, file.file + ": ", element("code", {}, file.sha256))))));
    }
    const said = ["Figures are pooled by truegap and shortened to six digits here; what it has for every context (" +
        (view.kind === "run" ? "cells.csv, decomposition.csv" : "contexts.csv") + ") is not part of this page."];
    if (absent.length) said.push("Not in this folder, and so not shown: " + absent.join(", ") + ".");
    return [element("h2", {}, "Where this comes from"), element("dl", {}, entries),
        element("p", {}, said.join(" ")),
        element("p", {}, `Result of truegap ${head.truegap}, page by truegap ${data.version}. This page holds all it shows and asks nothing of the network.`)];
};
