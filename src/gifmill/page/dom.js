/** Access to the elements of the page. */

/** The first element that matches a CSS selector. */
export const $ = (selector) => document.querySelector(selector);

/** Whether no element has the focus, or one that is hidden or inert. */
export function isFocusLost() {
  const { activeElement, body } = document;
  return activeElement === body || !activeElement.checkVisibility() || Boolean(activeElement.closest("[inert]"));
}
