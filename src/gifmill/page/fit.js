/** Where the GIFs are to go: the choice on the start page, and what is said of it afterwards. */

import { bytesInWords, capital } from "./words.js";

const select = document.querySelector("#fit");

/** Places with limits of their own, as /v1/effects lists them: {name, title, max_bytes, ...}. */
let places = [];

/** Offer the places; what has been chosen meanwhile stays so. */
export function offer({ targets = [] }) { // none in an answer that is older than this page
  if (places.length) return;
  places = targets;
  select.append(...places.map((place) => new Option(wordsOf(place), place.name)));
}

/** The options of an order, by name: nothing, or where its GIFs are to go. */
export const chosen = () => (select.selectedIndex > 0 ? { for: select.value } : {});

/** Options as names of GIFs have them: "default", or "for=slack-emoji". */
export const optionsText = (options) => Object.entries(options).map((pair) => pair.join("=")).join(",") || "default";

/** The place that a GIF is for, if it has one. */
export const placeOf = ({ options }) => places.find(({ name }) => options.split(",").includes(`for=${name}`));

const wordsOf = ({ title, max_bytes: mostBytes }) => `${title}, ${bytesInWords(mostBytes)}`;

/** "For an emoji in Slack, 128 KB", or nothing. */
export const destination = (place) => (place ? `For ${wordsOf(place)}` : "");

/** In what a GIF is other than was asked for. */
export function noteInWords(note) {
  if (!note) return "";
  const calmed = note.calmed ? ["made calmer: it would have flashed"] : [];
  const fitted = note.given_up.length ? [`made to fit: ${note.given_up.join(", ")}`] : [];
  return [...calmed, ...fitted].map((reason) => `${capital(reason)}.`).join(" ");
}
