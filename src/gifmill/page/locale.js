/** The visitor's language, and numbers as that language writes them. */

const DIRECTIONS = { en: "ltr", de: "ltr" }; // text direction of each language that has a strings-*.js

const preferred = [new URLSearchParams(location.search).get("lang"), ...navigator.languages];

export const language = preferred.map((tag) => tag?.toLowerCase().split("-")[0]).find((tag) => Object.hasOwn(DIRECTIONS, tag)) ?? "en";
export const direction = DIRECTIONS[language];

export const capitalise = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const isShortInteger = (value) => Number.isInteger(value) && value >= 0 && value < 1_000;

/** Format 1234.5 as "1,234.5" in English and "1.234,5" in German. Small integers look the same and need not load Intl. */
export const formatNumber = (value, digits = 3) =>
  (isShortInteger(value) ? String(value) : value.toLocaleString(language, { maximumFractionDigits: digits }));

/** Format 0.5 as "50%" in English and "50 %" in German. */
export const formatPercent = (ratio) => ratio.toLocaleString(language, { style: "percent" });

/** Format bytes in decimal units, which messengers use for their limits. */
export const formatKilobytes = (bytes) => `${formatNumber(Math.max(1, Math.round(bytes / 1_000)))} KB`;
/** Rounded up, so that a file above the limit never shows the limit's own number. */
export const formatMegabytes = (bytes) => `${formatNumber(Math.ceil(bytes / 100_000) / 10)} MB`;

/** Format a limit: "128 KB", "10 MB". */
export const formatBytes = (bytes) => (bytes < 1_000_000 ? formatKilobytes(bytes) : formatMegabytes(bytes));

/** Format a remaining time: "24 h", or "40 min" within the last hour. */
export const formatTimeLeft = (ms) => (ms > 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.max(1, Math.ceil(ms / 60_000))} min`);

/** Format a time: "Tue 14:05". */
export const formatClock = (ms) =>
  new Date(ms).toLocaleString(language, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Format hundredths of a second: "2.4 s". */
export const formatSeconds = (hundredths) => `${formatNumber(hundredths / 100, 1)} s`;
