/** Numbers and names as the visitor's language writes them, and which language that is. */

const READ = { en: "ltr", de: "ltr" }; // each language that has a strings-*.js, and which way it is read

const wished = [new URLSearchParams(location.search).get("lang"), ...navigator.languages];

export const language = wished.map((tag) => tag?.toLowerCase().split("-")[0]).find((tag) => Object.hasOwn(READ, tag)) ?? "en";
export const direction = READ[language];

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const isPlain = (value) => Number.isInteger(value) && value >= 0 && value < 1_000;

/** 1234.5 is "1,234.5" in English and "1.234,5" in German. What is the same in both need not wait for Intl to load. */
export const number = (value, digits = 3) =>
  (isPlain(value) ? String(value) : value.toLocaleString(language, { maximumFractionDigits: digits }));

/** 0.5 is "50%" in English and "50 %" in German. */
export const percent = (part) => part.toLocaleString(language, { style: "percent" });

/** Decimal units, as the limits of messengers are counted. */
export const kilobytes = (bytes) => `${number(Math.max(1, Math.round(bytes / 1_000)))} KB`;
/** Rounded up, so that what is over the limit never reads like the limit. */
export const megabytes = (bytes) => `${number(Math.ceil(bytes / 100_000) / 10)} MB`;

/** A limit: "128 KB", "10 MB". */
export const bytesInWords = (bytes) => (bytes < 1_000_000 ? kilobytes(bytes) : megabytes(bytes));

/** "24 h", or "40 min" within the last hour. */
export const timeLeft = (ms) => (ms > 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.max(1, Math.ceil(ms / 60_000))} min`);

/** A length of so many hundredths: "2.4 s". */
export const seconds = (hundredths) => `${number(hundredths / 100, 1)} s`;

/** "holiday.in.rome.jpg" is "holiday.in.rome". */
export const stem = (name) => name.replace(/(?<=.)\.[^.]*$/, "");

export const doesNotFit = ({ problem }) => problem?.code === "cannot_fit";
