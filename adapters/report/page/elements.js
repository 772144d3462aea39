// The elements of the page. All text goes in as text: whatever a name holds, it stays a name.

/** An element with attributes, and children that are elements or text. */
function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
}
exports.element = element;

let labels = 0;

/** A choice with its label: the element, and what is chosen. options: [{value, label}]; change: called after it. */
exports.choice = function (label, options, chosen, change) {
    const id = "choice-" + labels++;
    const select = element("select", {id});
    const made = {
        element: element("p", {class: "choice"}, element("label", {for: id}, label), select),
        /** Offers other options and keeps what is chosen where it is still there. */
        offer(offered, wanted) {
            const value = wanted === undefined ? select.value : wanted;
            select.replaceChildren(...offered.map((option) =>
                element("option", {value: option.value}, option.label)));
            if (offered.some((option) => option.value === value)) select.value = value;
            made.element.hidden = offered.length < 2;
        },
        get value() { return select.value; },
    };
    made.offer(options, chosen);
    select.addEventListener("change", () => change(select.value));
    return made;
};

/** What is at hand for every mark that the pointer is on. */
exports.tooltip = function (event, text) {
    const tip = document.getElementById("tooltip");
    tip.hidden = text === null;
    if (text === null) return;
    tip.textContent = text;
    const width = document.documentElement.clientWidth;
    const box = tip.getBoundingClientRect();
    const left = event.clientX + 14 + box.width > width ? event.clientX - 14 - box.width : event.clientX + 14;
    tip.style.left = Math.max(4, left) + window.scrollX + "px";
    tip.style.top = event.clientY + 14 + window.scrollY + "px";
};
