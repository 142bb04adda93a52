/** Style sheets that load with the part of the page that needs them. */

const loaded = new Map(); // promises by address

/** Load a style sheet once, or again after a failure; resolves when it applies. */
export function loadStyles(href) {
  if (!loaded.has(href)) loaded.set(href, load(href));
  return loaded.get(href);
}

function load(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve });
    link.onerror = (event) => {
      link.remove();
      loaded.delete(href);
      reject(event);
    };
    document.head.append(link);
  });
}
