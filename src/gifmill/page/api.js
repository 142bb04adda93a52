/** Calls to the server. Each either returns what was asked for or throws a Refusal. */

import { lasting } from "./offline-retry.js";
import { t } from "./i18n.js";

/** Why the server did not do it: its problem document (RFC 9457), or that it could not be reached (status 0). */
export class Refusal extends Error {
  constructor(status, { code, title = t.wentWrong, detail = "" } = {}, retryAfterS = 5) {
    super(title);
    Object.assign(this, { status, code, title, detail, retryAfterS });
  }

  get busy() { return this.status === 429 || this.status === 503; }
  get gone() { return this.status === 404; }

  /** Whether the same request would be refused again: not what only took too long to arrive. */
  get final() { return this.status >= 400 && this.status < 500 && this.status !== 408 && !this.busy; }
}

const unreachable = () => new Refusal(0, { title: t.noAnswer, detail: t.noAnswerText });

function refusal(status, body, retryAfter) {
  let problem;
  try {
    problem = JSON.parse(body);
  } catch {
    problem = { detail: t.answeredWith(status) }; // a proxy's page, not our server's words
  }
  return new Refusal(status, problem, Number.parseInt(retryAfter, 10) || undefined);
}

/** What the server says. Anything else comes from something in between, such as a hotel's page that wants a login. */
function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw unreachable();
  }
}

async function ask(path, options, read = (answer) => answer.text()) {
  let answer;
  let body;
  try {
    answer = await fetch(path, options);
    body = await (answer.ok ? read(answer) : answer.text());
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!answer.ok) throw refusal(answer.status, body, answer.headers.get("Retry-After"));
  return typeof body === "string" && body ? parsed(body) : body;
}

/** The options of a fetch that posts a document. */
const posting = (document) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(document),
});

const pathOf = (id) => `/v1/photos/${encodeURIComponent(id)}`;

let place;

/** Where this page is: {live, max_photo_bytes, max_direct_bytes}. Asked for once, and again if that failed. */
export function config() {
  place ??= ask("/config.json").catch((error) => {
    place = undefined;
    throw error;
  });
  return place;
}

export const effects = () => ask("/v1/effects");
export const status = (id, signal) => ask(pathOf(id), { signal });
export const remove = (id) => ask(pathOf(id), { method: "DELETE" });

/** One of the page's own files. */
export const file = (url) => ask(url, {}, (answer) => answer.blob());

/** A finished GIF. Where the network goes away meanwhile, it is fetched once that is back. */
export const picture = (url, signal) => lasting((going) => ask(url, { signal: going }, (answer) => answer.blob()), signal);

/** Order one more GIF of a photo, or once more one that got stuck; returns the photo's status. */
export const order = (id, effect, values, signal) => ask(`${pathOf(id)}/gifs`, { ...posting({ ...values, effect }), signal });

/**
 * Send a photo; returns its status. A small one goes to the server itself, a larger one with a form that the
 * server hands out. Where the network goes away meanwhile, it is sent anew once that is back.
 *
 * @param wanted effects, and options of the GIFs by name
 * @param progress is told the part that has left, 0 to 1
 * @throws what `signal` was aborted with, if it was
 */
export async function send(photo, wanted, progress, signal) {
  await readable(photo);
  return lasting((going) => sendOnce(photo, wanted, progress, going), signal);
}

/** A file may have been moved since it was chosen, and a folder can be dropped like one. */
async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Refusal(400, { title: t.unreadable });
  }
}

async function sendOnce(photo, wanted, progress, signal) {
  const type = photo.type || "application/octet-stream";
  const { max_direct_bytes: mostBytes } = await config();
  if (photo.size <= mostBytes) {
    const path = `/v1/photos?${new URLSearchParams(wanted)}`;
    return parsed(await post(path, photo, { "Content-Type": type }, progress, signal));
  }
  try {
    return await sendForm(photo, type, wanted, progress, signal);
  } catch (refused) {
    if (refused.status !== 403) throw refused;
    return sendForm(photo, type, wanted, progress, signal); // the form had expired, or the server has been started anew
  }
}

async function sendForm(photo, type, wanted, progress, signal) {
  const { effects: names, ...options } = wanted; // in the body, "size" is the file's
  const asked = posting({ size: photo.size, type, effects: names });
  const { id, url, fields } = await ask(`/v1/uploads?${new URLSearchParams(options)}`, { ...asked, signal });
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append("file", photo); // S3 reads nothing that comes after it
  await post(url, form, {}, progress, signal);
  return status(id, signal);
}

/** An XMLHttpRequest, as fetch reports no progress. */
function post(url, body, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", url);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      const { status: code, responseText: text } = request;
      if (code >= 200 && code < 300) resolve(text);
      else reject(refusal(code, text, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    progress(0); // of an attempt before this one, more may have left
    request.send(body);
  });
}
