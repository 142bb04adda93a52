/** Names of photo files, and of the GIFs that visitors download. */

/** Remove the extension: "holiday.in.rome.jpg" becomes "holiday.in.rome". */
export const fileStem = (name) => name.replace(/(?<=.)\.[^.]*$/, "");

/** The name of a downloaded GIF: "holiday-glitch.gif". */
export const gifFileName = (photoName, { effect, url }) => `${fileStem(photoName)}-${effect}.${url.split(".").at(-1)}`;
