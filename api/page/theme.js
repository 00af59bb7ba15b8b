// Light and dark: as the system says until the button says otherwise.

const NAME = "printhouse-theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };

/** Make a button go through the themes. */
export function themeButton(button) {
  const show = (theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = { system: "◐", light: "○", dark: "●" }[theme];
    button.setAttribute("aria-label", WORDS[theme]);
    button.title = WORDS[theme];
    document.dispatchEvent(new Event("themechange"));
  };
  let theme = "system";
  try {
    theme = localStorage.getItem(NAME) ?? "system";
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show(NEXT[theme] ? theme : "system");
  button.addEventListener("click", () => {
    theme = NEXT[theme] ?? "light";
    show(theme);
    try {
      localStorage.setItem(NAME, theme);
    } catch {
      // as above
    }
  });
}
