/** Requests to the server. Each returns the response's content or throws an ApiError. */

import { t } from "./i18n.js";
import { once } from "./once.js";

/** A failed request: the server's problem document (RFC 9457), or status 0 if the server is unreachable. */
export class ApiError extends Error {
  constructor(status, { code, title = t.somethingWentWrong, detail = "" } = {}, retryAfterS = 5) {
    super(title);
    Object.assign(this, { status, code, title, detail, retryAfterS });
  }

  get busy() { return this.status === 429 || this.status === 503; }
  get notFound() { return this.status === 404; }

  /** Whether the same request would fail again; one that timed out (408) may succeed. */
  get permanent() { return this.status >= 400 && this.status < 500 && this.status !== 408 && !this.busy; }
}

/** The error of a server that does not respond. */
export const unreachable = () => new ApiError(0, { title: t.noResponse, detail: t.noResponseText });

/** The error of a failed response. */
export function errorFrom(status, body, retryAfter) {
  let problem;
  try {
    problem = JSON.parse(body);
  } catch {
    problem = { detail: t.responseStatus(status) }; // a proxy's error page, not a problem document
  }
  return new ApiError(status, problem, Number.parseInt(retryAfter, 10) || undefined);
}

/** Parse the server's JSON. Anything else comes from a middlebox, such as a hotel's login page. */
export function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw unreachable();
  }
}

/** Send a request; returns the parsed JSON of the response, or what `read` makes of it. */
export async function request(path, options, read = (response) => response.text()) {
  let response;
  let body;
  try {
    response = await fetch(path, options);
    body = await (response.ok ? read(response) : response.text());
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw errorFrom(response.status, body, response.headers.get("Retry-After"));
  return typeof body === "string" && body ? parseJson(body) : body;
}

/** The fetch options of a JSON POST. */
export const jsonPost = (document) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(document),
});

const photoPath = (id) => `/v1/photos/${encodeURIComponent(id)}`;

/** The server's configuration: {live, max_photo_bytes, max_direct_bytes}. */
export const config = once(() => request("/config.json"));

export const fetchEffects = () => request("/v1/effects");
export const fetchStatus = (id, signal) => request(photoPath(id), { signal });
export const deletePhoto = (id) => request(photoPath(id), { method: "DELETE" });

/** Fetch one of the page's own files. */
export const fetchFile = (url) => request(url, {}, (response) => response.blob());

/** Fetch a finished GIF. */
export const fetchGif = (url, signal) => request(url, { signal }, (response) => response.blob());

/** Order one more GIF of a photo, or retry a failed one; returns the photo's status. */
export const orderGif = (id, effect, values, signal) => request(`${photoPath(id)}/gifs`, { ...jsonPost({ ...values, effect }), signal });
