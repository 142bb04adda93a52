/** Numbers in the page's own words. */

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"];

export const inWords = (count) => SMALL[count] ?? String(count);

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Decimal units, as the limits of messengers are counted. */
export const kilobytes = (bytes) => `${Math.max(1, Math.round(bytes / 1_000)).toLocaleString("en")} KB`;
/** Rounded up, so that what is over the limit never reads like the limit. */
export const megabytes = (bytes) => `${Math.ceil(bytes / 100_000) / 10} MB`;

/** A limit: "128 KB", "10 MB". */
export const bytesInWords = (bytes) => (bytes < 1_000_000 ? kilobytes(bytes) : megabytes(bytes));

/** "24 h", or "40 min" within the last hour. */
export const timeLeft = (ms) => (ms > 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.max(1, Math.ceil(ms / 60_000))} min`);

/** "holiday.in.rome.jpg" is "holiday.in.rome". */
export const stem = (name) => name.replace(/(?<=.)\.[^.]*$/, "");

export const doesNotFit = ({ problem }) => problem?.code === "cannot_fit";

/** "2 of 3 ready", "All three ready", "1 of 3 ready, 1 got stuck, 1 does not fit". */
export function countOf(gifs) {
  const ready = gifs.filter(({ state }) => state === "ready").length;
  if (ready === gifs.length) return ready === 1 ? "Ready" : `All ${inWords(ready)} ready`;
  const failed = gifs.filter(({ state }) => state === "failed");
  const tooLarge = failed.filter(doesNotFit).length;
  const stuck = failed.length - tooLarge;
  return [
    `${ready} of ${gifs.length} ready`,
    ...(stuck ? [`${stuck} got stuck`] : []),
    ...(tooLarge ? [`${tooLarge} ${tooLarge === 1 ? "does" : "do"} not fit`] : []),
  ].join(", ");
}
