/** Platforms that GIFs are made for: the select on the start page, and texts about the choice. */

import { $ } from "./dom.js";
import { platformName, reductionKind, reductionText, t } from "./i18n.js";
import { formatBytes, formatNumber } from "./locale.js";
import { getState, subscribe } from "./state.js";

const select = $("#platform");

const NONE = [];

/** Platforms with limits, as GET /v1/effects lists them: {name, title, max_bytes, ...}. */
const platforms = ({ registry } = getState()) => registry?.targets ?? NONE;

/** Add the platforms to the select once the registry has arrived. */
subscribe(platforms, (targets) => select.append(...targets.map((platform) => new Option(platformLabel(platform), platform.name))));

/** The options of the photo's GIFs, by name: the chosen platform, if there is one. */
export const chosenOptions = () => (select.selectedIndex > 0 ? { for: select.value } : {});

/** The platform that a GIF is for, if it has one. */
export const platformOf = ({ options }) => platforms().find(({ name }) => options.split(",").includes(`for=${name}`));

/** "an emoji in Slack, 128 KB" */
export const platformLabel = (platform) => t.platformLabel(platformName(platform), formatBytes(platform.max_bytes));

/** "For an emoji in Slack, 128 KB", or an empty string. */
export const platformNote = (platform) => (platform ? t.forPlatform(platformLabel(platform)) : "");

/** Explain briefly how a GIF differs from the request. */
export const gifNote = (note) => [flashNote(note), reductionNote(note)].filter(Boolean).join(" ");

/** Explain how a GIF was slowed or softened because it would flash; an older note has no details. */
export function flashNote(note) {
  if (!note?.calmed) return "";
  const { requested_ms: requestedMs, duration_ms: durationMs, softened, frames } = note;
  const slowed = durationMs > requestedMs ? [t.slowed(...[requestedMs, durationMs].map((ms) => `${formatNumber(ms / 1_000, 2)} s`))] : [];
  const softer = softened ? [t.softened(softened, frames)] : [];
  return t.calmed([...slowed, ...softer].join(", "));
}

/** Explain what was reduced: "Made to fit: fewer colours, fewer frames." */
export const reductionNote = (note) => (note?.given_up.length ? t.reduced(note.given_up.map(reductionKind).join(", ")) : "");

/** The same in numbers: "96 colours instead of 256, 12 frames instead of 24." */
export const reductionDetails = (note) => (note?.given_up.length ? `${note.given_up.map(reductionText).join(", ")}.` : "");
