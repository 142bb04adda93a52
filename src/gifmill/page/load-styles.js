/** Style sheets that load with the part of the page that needs them. */

/** Load a style sheet; resolves when it applies. After a failure it can be loaded again. */
export function loadStyles(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    Object.assign(link, { onload: resolve, onerror: (event) => { link.remove(); reject(event); } });
    document.head.append(link);
  });
}
