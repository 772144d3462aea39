// Vega from its modules, with the transforms that the charts use. Expressions are interpreted: compiled ones
// would need a content security policy that lets text become code.
const {transforms} = require("vega-dataflow");
const {parse} = require("vega-parser");
const {View} = require("vega-view");
const {expressionInterpreter} = require("vega-interpreter");

Object.assign(transforms, require("vega-transforms"), require("vega-view-transforms"), require("vega-encode"));

/** Draws a specification into an element as SVG, at once. tooltip: called with the pointer's event and the text, or null. */
exports.draw = function (specification, element, tooltip) {
    const view = new View(parse(specification, null, {ast: true}), {
        expr: expressionInterpreter,
        renderer: "svg",
        container: element,
        hover: true,
    });
    view.tooltip((handler, event, item, value) => tooltip(event, value == null ? null : String(value)));
    view.run();
    return view;
};
