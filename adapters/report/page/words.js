// Numbers and sentences.

/** A figure as it is read: three decimals, infinity in words, a dash where it is undefined. */
exports.number = function (value, decimals = 3) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (value === Infinity) return "infinite";
    if (value === -Infinity) return "−infinite";
    if (typeof value !== "number") return String(value);
    if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals) return (value < 0 ? "−" : "") + "<" + (10 ** -decimals).toFixed(decimals);
    return value.toFixed(decimals).replace("-", "−");
};

exports.signed = function (value, decimals = 3) {
    const text = exports.number(value, decimals);
    return typeof value === "number" && value > 0 ? "+" + text : text;
};

exports.two = (value) => exports.number(value, 2);

exports.percent = (share, decimals = 0) => (100 * share).toFixed(decimals) + "\u00a0%";

exports.whole = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, " ");

exports.plural = (count, one, several) => exports.whole(count) + " " + (count === 1 ? one : several);

/** a, b and c */
exports.list = function (parts) {
    if (parts.length < 2) return parts.join("");
    return parts.slice(0, -1).join(", ") + " and " + parts[parts.length - 1];
};

exports.capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
