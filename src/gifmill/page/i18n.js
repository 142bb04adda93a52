/** The page's words in the visitor's language: keys in strings-en.js, and the same keys in strings-de.js. */

import english from "./strings-en.js";
import { capital, direction, doesNotFit, language, megabytes } from "./locale.js";

export { language };

/** Words by key: texts, and functions that put numbers and names into them. Another language comes only where it is read. */
export const t = language === "en" ? english : (await import(`./strings-${language}.js`)).default;

/** Give each element its words: [data-t] as its text, [data-t-label], [data-t-alt], [data-t-content] as attributes. */
export function applyTo(root) {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  for (const element of root.querySelectorAll("[data-t]")) {
    const lines = t[element.dataset.t].split("\n");
    element.replaceChildren(...lines.flatMap((line, i) => (i ? [document.createElement("br"), line] : [line])));
  }
  for (const [mark, attribute] of [["label", "aria-label"], ["alt", "alt"], ["content", "content"]]) {
    for (const element of root.querySelectorAll(`[data-t-${mark}]`)) {
      element.setAttribute(attribute, t[element.getAttribute(`data-t-${mark}`)]);
    }
  }
}

/** How long something is kept: "24 hours". Intl knows that too, and takes a phone a tenth of a second for it. */
const lifetime = (s) => (s < 3_600 ? t.minutes(Math.max(1, Math.round(s / 60))) : t.hours(Math.round(s / 3_600)));

const USUAL = { photo_lifetime_s: 86_400, max_photo_bytes: 25_000_000 };
let told = language === document.documentElement.lang ? USUAL : {}; // the document has the usual ones

/** Say the server's limits where they are said: the usual ones until its own are known. */
export function tellLimits({ photo_lifetime_s: keptS, max_photo_bytes: mostBytes } = USUAL) {
  if (keptS === told.photo_lifetime_s && mostBytes === told.max_photo_bytes) return; // numbers in words take long
  told = { photo_lifetime_s: keptS, max_photo_bytes: mostBytes };
  const limits = { lifetime: lifetime(keptS), most: megabytes(mostBytes) };
  for (const element of document.querySelectorAll("[data-limits]")) element.textContent = t[element.dataset.limits](limits);
}

/** "2 of 15 ready", "All fifteen ready", "1 of 15 ready, 1 got stuck, 1 does not fit". */
export function countOf(gifs) {
  const ready = gifs.filter(({ state }) => state === "ready").length;
  if (ready === gifs.length) return t.allReady(ready);
  const failed = gifs.filter(({ state }) => state === "failed");
  const tooLarge = failed.filter(doesNotFit).length;
  const stuck = failed.length - tooLarge;
  return [
    t.count(ready, gifs.length),
    ...(stuck ? [t.stuck(stuck)] : []),
    ...(tooLarge ? [t.tooLarge(tooLarge)] : []),
  ].join(", ");
}

// ---- what the server names in English: effects, parameters, places, problems ------------------------------------

/** What an effect does: "A mosaic that resolves into the photo". */
export const summaryOf = ({ name, summary }) => capital(t.effects[name] ?? summary);

/** What a control is called: "Duration". */
export const labelOf = ({ name }) => t.labels[name] ?? capital(name.replaceAll("_", " "));

/** What a parameter means, in a line. */
export const meaningOf = ({ name, summary }) => capital(t.params[name] ?? summary);

/** One of the values of a choice: "Clockwise". */
export const choiceOf = (value) => capital(t.choices[value] ?? value.replaceAll("-", " "));

/** Where GIFs can go: "an emoji in Slack". */
export const placeOf = ({ name, title }) => t.places[name] ?? title;

/** Why something was not done: the server's own words where they are the page's language. */
export const reasonOf = (problem) => t.problems[problem?.code] ?? (problem?.detail || problem?.title || t.nobodyKnows);

/** What it is called that something was not done: the server's own words where they are the page's language. */
export const titleOf = ({ code, title }) => (code && language !== "en" ? t.wentWrong : title);

/** One of the things that were given up to fit: "96 colours instead of 256". */
export function givenUp(text) {
  const [pattern, words] = t.givenUp.find(([known]) => known.test(text)) ?? [];
  return pattern ? text.replace(pattern, words) : text;
}
