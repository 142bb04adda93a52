/**
 * The page's state: one immutable object, replaced by `update` and by nothing else. Functions that draw a part of the
 * page subscribe to the parts of the state that they show.
 */

let state = Object.freeze({
  view: "start", // or "loading": the address has a photo, but the modules for it are not there yet; or "gifs"; or "gone": expired
  photos: [], // records of photo-state.js, in the order in which they were chosen
  current: undefined, // the key of the photo whose GIFs are shown
  open: undefined, // the effect whose GIF is open in the dialog
  dialog: undefined, // what the dialog shows: gif-changes.js has its properties
  removing: undefined, // the key of the photo whose removal is to be confirmed, or "all"
  zip: undefined, // the ZIP of all GIFs that is being made: {key of the photo, number of the GIF, total}
  dragging: false, // whether a file is dragged over the page
  paused: matchMedia("(prefers-reduced-motion: reduce)").matches,
  online: navigator.onLine,
  registry: undefined, // the effects, options and platforms of GET /v1/effects
  config: undefined, // the limits of GET /config.json
});
const subscribers = new Set();
let drawing = false;

export const getState = () => state;

/** Replace some properties of the state, and draw what shows them before this returns. */
export function update(changes) {
  changes.photos?.forEach(Object.freeze);
  [changes.photos, changes.dialog].forEach(Object.freeze);
  state = Object.freeze({ ...state, ...changes });
  if (drawing) return; // a drawing function changed the state: the loop below draws that too
  drawing = true;
  try {
    for (let drawn; drawn !== state;) {
      drawn = state;
      for (const draw of subscribers) draw();
    }
  } finally {
    drawing = false;
  }
}

/**
 * Call `draw(part, previous)` when a part of the state has changed.
 *
 * @param select takes the state and returns the part: a value, or one of the state's own objects, never a copy
 * @returns a function that ends this
 */
export function subscribe(select, draw) {
  let shown = select(state);
  const subscriber = () => {
    const part = select(state);
    if (part === shown) return;
    const previous = shown;
    shown = part;
    draw(part, previous);
  };
  subscribers.add(subscriber);
  return () => subscribers.delete(subscriber);
}

/**
 * Wait for a part of the state.
 *
 * @param select takes the state and returns the part, or undefined until it is there
 * @param signal ends the wait
 * @throws the abort reason of `signal`
 */
export function waitFor(select, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const present = select(state);
    if (present !== undefined) return resolve(present);
    const settle = (finish, value) => {
      end();
      signal.removeEventListener("abort", abort);
      finish(value);
    };
    const abort = () => settle(reject, signal.reason);
    const end = subscribe(select, (part) => { if (part !== undefined) settle(resolve, part); });
    signal.addEventListener("abort", abort);
  });
}
