/** Shell commands that make the shown GIF: one for `gifmill`, two for curl. */

import * as options from "./gif-options.js";
import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { isOwn, photoOf } from "./photo-state.js";
import { getState, subscribe } from "./state.js";

const UNQUOTED = /^[\w./:@%+,-][\w./:@%+,=-]*$/; // needs no quotes in any shell; zsh expands a leading "="
const CONTROL = /[\p{Cc}\p{Cf}]/u; // when pasted into a terminal, some control characters act like pressed keys

const code = $("#command");
const kinds = $("#command-kind");

let commands;

subscribe(({ dialog }) => dialog, (dialog, previous) => {
  const photo = dialog && photoOf(dialog.key);
  if (!photo || dialog.values === previous?.values || !isOwn(photo)) return;
  draw(photo, dialog.effect, dialog.values, getState().config?.max_direct_bytes);
});

/**
 * Draw the commands that make a GIF.
 *
 * @param photo {name, file?, resized?}
 * @param values every option by name
 * @param maxBytes the API's upload limit: a file known to be larger gets no curl command
 */
function draw(photo, effect, values, maxBytes = Infinity) {
  const text = options.formatOptions(effect, values);
  const file = fileArgument(photo.name);
  commands = {
    gifmill: gifmillCommand(file, effect, text),
    curl: curlCommands(file, effect, text, values.format),
  };
  const curl = kinds.querySelector('[value="curl"]');
  curl.closest("label").hidden = (photo.file?.size ?? 0) > maxBytes;
  if (curl.closest("label").hidden) kinds.querySelector("input").checked = true;
  $("#command-note").textContent = photo.resized ? t.fromOriginal : "";
  show();
}

export const shownText = () => code.textContent;

function show() {
  code.textContent = commands?.[kinds.querySelector("input:checked").value] ?? "";
}

kinds.oninput = show;

// ---- the commands ----------------------------------------------------------------------------------------------

/** The photo's file name as an argument. A leading dash would start an option, and "-" is standard input. */
function fileArgument(name) {
  const file = name === t.unnamedPhoto || CONTROL.test(name) ? "photo.jpg" : name; // unknown, or unsafe to paste
  return file.startsWith("-") ? `./${file}` : file;
}

function gifmillCommand(file, effect, text) {
  const flags = Object.entries(options.parseOptions(text)).flatMap(([name, value]) => {
    if (name === "calm") return ["--calm"];
    if (!options.isCommon(name)) return ["-p", `${name}=${value}`];
    const flag = `--${name.replaceAll("_", "-")}`;
    return value.startsWith("-") ? [`${flag}=${value}`] : [flag, value]; // a leading dash would start another option
  });
  return ["gifmill", "make", file, "-e", effect, ...flags].map(quote).join(" ");
}

/** One command uploads the photo, the other one waits for the GIF and downloads it. */
function curlCommands(file, effect, text, format) {
  const query = new URLSearchParams({ effects: effect, ...options.parseOptions(text) });
  const field = /^[\w./-]+$/.test(file) ? file : `"${file.replace(/["\\]/g, "\\$&")}"`; // curl's quoting of form file names
  const path = encodeURIComponent(text).replaceAll("%3D", "=").replaceAll("%2C", ",");
  const gif = `${location.origin}/gifs/$view/${path}/${encodeURIComponent(effect)}.${format}`;
  return [
    `view=$(curl -fsS -F ${quote(`photo=@${field}`)} ${quote(`${location.origin}/v1/photos?${query}`)} | sed 's/.*"view": *"\\([a-z2-7]*\\)".*/\\1/')`,
    `curl -fsS --retry 60 --retry-delay 1 --retry-all-errors -o ${quote(`${options.fileStem(file)}-${effect}.${format}`)} "${gif}"`,
  ].join("\n");
}

const quote = (word) => (UNQUOTED.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
