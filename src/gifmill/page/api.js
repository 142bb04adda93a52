/** Calls to the server. Each either returns what was asked for or throws a Refusal. */

/** Why the server did not do it: its problem document (RFC 9457), or that it could not be reached (status 0). */
export class Refusal extends Error {
  constructor(status, { title = "Something went wrong", detail = "" } = {}, retryAfterS = 5) {
    super(title);
    Object.assign(this, { status, title, detail, retryAfterS });
  }

  get busy() { return this.status === 429 || this.status === 503; }
  get gone() { return this.status === 404; }

  /** Whether the same request would be refused again. */
  get final() { return this.status >= 400 && this.status < 500 && !this.busy; }
}

const unreachable = () => new Refusal(0, {
  title: "The server does not answer.",
  detail: "The connection broke, or the server is not running.",
});

function refusal(status, body, retryAfter) {
  let problem;
  try {
    problem = JSON.parse(body);
  } catch {
    problem = { detail: `The server answered with status ${status}.` }; // a proxy's page, not our server's words
  }
  return new Refusal(status, problem, Number.parseInt(retryAfter, 10) || undefined);
}

async function ask(path, options) {
  let answer;
  let body;
  try {
    answer = await fetch(path, options);
    body = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!answer.ok) throw refusal(answer.status, body, answer.headers.get("Retry-After"));
  return body && JSON.parse(body);
}

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

/** Make a GIF that got stuck once more, with the options it had ("default", or "size=300,turns=2"). */
export function again(id, { effect, options }) {
  const pairs = options === "default" ? [] : options.split(",").map((pair) => pair.split("="));
  return ask(`${pathOf(id)}/gifs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...Object.fromEntries(pairs), effect }),
  });
}

/**
 * Send a photo; returns its status. A small one goes to the server itself, a larger one with a form that the
 * server hands out.
 *
 * @param options of its GIFs, by name
 * @param progress is told the part that has left, 0 to 1
 */
export async function send(file, options, progress, signal) {
  const order = { effects: "classic", ...options };
  const type = file.type || "application/octet-stream";
  const { max_direct_bytes: mostBytes } = await config();
  if (file.size <= mostBytes) {
    const path = `/v1/photos?${new URLSearchParams(order)}`;
    return JSON.parse(await post(path, file, { "Content-Type": type }, progress, signal));
  }
  try {
    return await sendForm(file, type, order, progress, signal);
  } catch (refused) {
    if (refused.status !== 403) throw refused;
    return sendForm(file, type, order, progress, signal); // the form had expired, or the server has been started anew
  }
}

async function sendForm(file, type, order, progress, signal) {
  const asked = JSON.stringify({ size: file.size, type, ...order });
  const headers = { "Content-Type": "application/json" };
  const { id, url, fields } = await ask("/v1/uploads", { method: "POST", headers, body: asked, signal });
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append("file", file); // S3 reads nothing that comes after it
  await post(url, form, {}, progress, signal);
  return status(id, signal);
}

/** An XMLHttpRequest, as fetch reports no progress. */
function post(url, body, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      const { status: code, responseText: text } = request;
      if (code >= 200 && code < 300) resolve(text);
      else reject(refusal(code, text, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
