/** A GIF as commands: the line for our own command, and those for curl, that make the same file. */

import * as options from "./gif-options.js";
import { t } from "./i18n.js";
import { stem } from "./locale.js";

const PLAIN = /^[\w./:@%+,-][\w./:@%+,=-]*$/; // what no shell reads otherwise; a "=" in front means something to zsh
const KEYS = /[\p{Cc}\p{Cf}]/u; // pasted into a terminal, some of these act like keys that are pressed

const $ = (selector) => document.querySelector(selector);
const code = $("#command");
const kinds = $("#command-kind");

let lines;

/**
 * Draw the commands that make a GIF.
 *
 * @param photo {name, file?, shrunk?}
 * @param values every option by name
 * @param limit how many bytes the server takes from curl; a photo that is known to have more gets no such line
 */
export function draw(photo, effect, values, limit = Infinity) {
  const text = options.write(effect, values);
  const file = fileOf(photo.name);
  lines = {
    gifmill: gifmillLine(file, effect, text),
    curl: curlLines(file, effect, text, values.format),
  };
  const curl = kinds.querySelector('[value="curl"]');
  curl.closest("label").hidden = (photo.file?.size ?? 0) > limit;
  if (curl.closest("label").hidden) kinds.querySelector("input").checked = true;
  $("#command-note").textContent = photo.shrunk ? t.fromOriginal : "";
  show();
}

export const text = () => code.textContent;

/** Copy a text; whether that was allowed. Pages without TLS have no clipboard, but may copy what is selected. */
export async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const { activeElement } = document;
    const area = Object.assign(document.createElement("textarea"), { value: words, className: "visually-hidden" });
    code.after(area); // within the dialog: all else is inert
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    activeElement?.focus();
    return copied;
  }
}

function show() {
  code.textContent = lines?.[kinds.querySelector("input:checked").value] ?? "";
}

kinds.oninput = show;

// ---- the lines -------------------------------------------------------------------------------------------------

/** A photo's file as a command finds it. One that begins with a dash would be read as an option, "-" as standard input. */
function fileOf(name) {
  const file = name === t.aPhoto || KEYS.test(name) ? "photo.jpg" : name; // its name is not known, or cannot be pasted
  return file.startsWith("-") ? `./${file}` : file;
}

function gifmillLine(file, effect, text) {
  const flags = Object.entries(options.read(text)).flatMap(([name, value]) => {
    if (name === "calm") return ["--calm"];
    return options.isCommon(name) ? [`--${name.replaceAll("_", "-")}`, value] : ["-p", `${name}=${value}`];
  });
  return ["gifmill", "make", file, "-e", effect, ...flags].map(quoted).join(" ");
}

/** One line to send the photo, one to fetch its GIF as soon as there is one. */
function curlLines(file, effect, text, format) {
  const query = new URLSearchParams({ effects: effect, ...options.read(text) });
  const field = /^[\w./-]+$/.test(file) ? file : `"${file.replace(/["\\]/g, "\\$&")}"`; // as curl reads names in forms
  const path = encodeURIComponent(text).replaceAll("%3D", "=").replaceAll("%2C", ",");
  const gif = `${location.origin}/gifs/$id/${path}/${encodeURIComponent(effect)}.${format}`;
  return [
    `id=$(curl -fsS -F ${quoted(`photo=@${field}`)} ${quoted(`${location.origin}/v1/photos?${query}`)} | grep -o '[a-z2-7]\\{26\\}' | head -n 1)`,
    `curl -fsS --retry 60 --retry-delay 1 --retry-all-errors -o ${quoted(`${stem(file)}-${effect}.${format}`)} "${gif}"`,
  ].join("\n");
}

const quoted = (word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
