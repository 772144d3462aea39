// CommonJS in a few lines: each file of the page, and each of Vega's, is the body of a function that is called
// when it is first required.
const module_bodies = new Map();
const loaded_modules = new Map();

function define_module(name, body) {
    module_bodies.set(name, body);
}

function require_module(name) {
    // Vega calls one module by another name than its file's.
    const file = name === "vega-selections" ? "vega-selection" : name.replace("./", "");
    if (!loaded_modules.has(file)) {
        if (!module_bodies.has(file)) throw new Error("no module " + name);
        const module = {exports: {}};
        loaded_modules.set(file, module);
        module_bodies.get(file)(module.exports, require_module, module);
    }
    return loaded_modules.get(file).exports;
}
