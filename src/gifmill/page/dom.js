/** Access to the elements of the page. */

/** The first element that matches a CSS selector. */
export const $ = (selector) => document.querySelector(selector);
