/** Translations: the page's texts in the visitor's language, by the keys that strings-en.js and strings-de.js share. */

import english from "./strings-en.js";
import { capitalise, direction, formatMegabytes, language } from "./locale.js";

export { language };

/** Texts by key: strings, or functions that insert numbers and names. A language other than English loads on demand. */
export const t = language === "en" ? english : (await import(`./strings-${language}.js`)).default;

/** Translate elements: [data-i18n] is the text, [data-i18n-label], [data-i18n-alt] and [data-i18n-content] are attributes. */
export function translatePage(root) {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  for (const element of root.querySelectorAll("[data-i18n]")) {
    const lines = t[element.dataset.i18n].split("\n");
    element.replaceChildren(...lines.flatMap((line, i) => (i ? [document.createElement("br"), line] : [line])));
  }
  for (const [suffix, attribute] of [["label", "aria-label"], ["alt", "alt"], ["content", "content"]]) {
    for (const element of root.querySelectorAll(`[data-i18n-${suffix}]`)) {
      element.setAttribute(attribute, t[element.getAttribute(`data-i18n-${suffix}`)]);
    }
  }
}

/** Format a lifetime: "24 hours". Intl can do this too, but takes a tenth of a second on a phone. */
export const formatLifetime = (s) => (s < 3_600 ? t.minutes(Math.max(1, Math.round(s / 60))) : t.hours(Math.round(s / 3_600)));

const DEFAULT_LIMITS = { photo_lifetime_s: 86_400, max_photo_bytes: 25_000_000 };
let shownLimits = language === document.documentElement.lang ? DEFAULT_LIMITS : {}; // the HTML has the English defaults

/** Show the server's limits; the defaults until the server has sent its own. */
export function showLimits({ photo_lifetime_s: lifetimeS, max_photo_bytes: maxBytes } = DEFAULT_LIMITS) {
  if (lifetimeS === shownLimits.photo_lifetime_s && maxBytes === shownLimits.max_photo_bytes) return; // formatting is slow
  shownLimits = { photo_lifetime_s: lifetimeS, max_photo_bytes: maxBytes };
  const limits = { lifetime: formatLifetime(lifetimeS), maxSize: formatMegabytes(maxBytes) };
  for (const element of document.querySelectorAll("[data-i18n-limits]")) element.textContent = t[element.dataset.i18nLimits](limits);
}

// ---- texts that the server sends in English: effects, parameters, platforms, problems --------------------------

/** Describe what an effect does: "Spins the photo around its centre". */
export const effectDescription = ({ name, summary }) => capitalise(t.effects[name] ?? summary);

/** The alternative text of a GIF: "Your photo as a GIF: Spins the photo around its centre". */
export const gifAltText = (effect, url) => t.altText(url.endsWith(".webp") ? "WebP" : "GIF", effectDescription(effect));

/** Label a control: "Duration". */
export const optionLabel = ({ name }) => t.labels[name] ?? capitalise(name.replaceAll("_", " "));

/** Describe a parameter in one line. */
export const optionDescription = ({ name, summary }) => capitalise(t.params[name] ?? summary);

/** Label one value of a choice: "Clockwise". */
export const choiceLabel = (value) => capitalise(t.choices[value] ?? value.replaceAll("-", " "));

/** Name a platform: "an emoji in Slack". */
export const platformName = ({ name, title }) => t.platforms[name] ?? title;

/** Return an error's explanation; in English, the server's own. */
export const errorText = (problem) => t.problems[problem?.code] ?? (problem?.detail || problem?.title || t.unknownReason);

/** Return an error's title; in English, the server's own. */
export const errorTitle = ({ code, title }) => (code && language !== "en" ? t.somethingWentWrong : title);

/** Name one reduction that made a GIF fit: "fewer colours". */
export const reductionKind = (text) => t.reductionKinds.find(([known]) => known.test(text))?.[1] ?? reductionText(text);

/** Translate one reduction: "96 colours instead of 256". */
export function reductionText(text) {
  const [pattern, translation] = t.reductions.find(([known]) => known.test(text)) ?? [];
  return pattern ? text.replace(pattern, translation) : text;
}
