/** Files handed to the page: dropped anywhere on it, or pasted. */

/**
 * @param take called with the file
 * @param dragging called with whether a file hangs over the page
 */
export function listen(take, dragging) {
  let ours = false; // a GIF dragged out of the page is no photo dropped on it
  document.addEventListener("dragstart", () => { ours = true; });
  document.addEventListener("dragend", () => { ours = false; });
  document.addEventListener("dragover", (event) => {
    if (ours || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    dragging(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) dragging(false); // it has left the window, not only one element for another
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    dragging(false);
    if (!ours) take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", ({ clipboardData }) => take(clipboardData.files[0]));
}
