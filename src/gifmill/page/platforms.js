/** Where the GIFs are to go: the choice on the start page, and what is said of it afterwards. */

import { givenUp, placeOf as placeInWords, t } from "./i18n.js";
import { bytesInWords } from "./locale.js";

const WALL_PX = 360; // as large as cards are: all fifteen are there in half the time, and whoever wants more opens one

/** What is chosen where GIFs may go anywhere, by name. */
export const ANYWHERE = { size: WALL_PX };

const select = document.querySelector("#fit");

/** Places with limits of their own, as /v1/effects lists them: {name, title, max_bytes, ...}. */
let places = [];

/** Offer the places; what has been chosen meanwhile stays so. */
export function offer({ targets = [] }) { // none in an answer that is older than this page
  if (places.length) return;
  places = targets;
  select.append(...places.map((place) => new Option(wordsOf(place), place.name)));
}

/** The options of an order, by name: where its GIFs are to go, or how large they are. */
export const chosen = () => (select.selectedIndex > 0 ? { for: select.value } : ANYWHERE);

/** Options as names of GIFs have them: "default", or "for=slack-emoji". */
export const optionsText = (options) => Object.entries(options).map((pair) => pair.join("=")).join(",") || "default";

/** The place that a GIF is for, if it has one. */
export const placeOf = ({ options }) => places.find(({ name }) => options.split(",").includes(`for=${name}`));

/** "an emoji in Slack, 128 KB" */
export const wordsOf = (place) => t.fitPlace(placeInWords(place), bytesInWords(place.max_bytes));

/** "For an emoji in Slack, 128 KB", or nothing. */
export const destination = (place) => (place ? t.destination(wordsOf(place)) : "");

/** In what a GIF is other than was asked for. */
export function noteInWords(note) {
  if (!note) return "";
  const calmed = note.calmed ? [t.calmed] : [];
  const fitted = note.given_up.length ? [t.fitted(note.given_up.map(givenUp).join(", "))] : [];
  return [...calmed, ...fitted].join(" ");
}
