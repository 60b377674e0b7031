/**
 * Lets a button be pressed once at a time. The second click of a double click falls on whatever has come under the pointer
 * by then, such as the button that says yes; a key that is held down sends a form again and again.
 */
export function ignoreHaste(page: Document): void {
  page.addEventListener(
    "click",
    (event) => {
      const isButton = event.target instanceof Element && event.target.closest("button") !== null;
      if (isButton && event.detail > 1) stop(event);
    },
    true,
  );
  page.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && event.repeat) stop(event);
    },
    true,
  );
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
