"""Style of the API's reference: the colours of gifmill's page, in light and dark."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: light-dark(oklch(0.893 0.018 160), oklch(0.195 0.018 168));
  --surface: light-dark(oklch(0.985 0.005 155), oklch(0.255 0.020 168));
  --inset: light-dark(oklch(0.925 0.014 160), oklch(0.215 0.018 168));
  --line: light-dark(oklch(0.800 0.022 162), oklch(0.360 0.022 168));
  --text: light-dark(oklch(0.250 0.034 168), oklch(0.955 0.012 155));
  --muted: light-dark(oklch(0.415 0.034 166), oklch(0.780 0.022 158));
  --accent: light-dark(oklch(0.500 0.180 32), oklch(0.760 0.150 40));
}
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-block-start: 1rem; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-inline-size: 80rem;
  background: var(--page); color: var(--text);
  font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
h1, h2, h3, h4, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.5rem); line-height: 1.15; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--muted); }
h2 { font-size: 1.2rem; line-height: 1.3; }
h3 { margin-block: 1.25rem 0.5rem; font-size: 1rem; }
h4 { margin-block: 0.75rem 0.25rem; font-size: 0.875rem; font-weight: 400; color: var(--muted); }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 0.2em; }
a:hover { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.2rem; }
code {
  font-family: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Roboto Mono", Consolas, monospace;
  font-size: 0.9em; overflow-wrap: anywhere;
}
header p { margin-block-start: 0.5rem; max-inline-size: 44rem; }
nav { margin-block: 1.5rem; padding: 0.5rem; background: var(--surface); border-radius: 0.75rem; }
nav ul { list-style: none; }
nav a {
  display: flex; align-items: baseline; padding: 0.4rem 0.5rem; border-radius: 0.375rem;
  text-decoration: none;
}
nav a:hover { background: var(--inset); color: inherit; }
.method {
  display: inline-block; flex-shrink: 0; min-inline-size: 4.2rem; color: var(--muted);
  font-size: 0.8em; font-weight: 700; letter-spacing: 0.04em;
}
.method.post, .method.delete { color: var(--accent); }
h2 .method { min-inline-size: 0; margin-inline-end: 0.4rem; }
section { margin-block-end: 1rem; padding: 1.25rem 1rem; background: var(--surface); border-radius: 0.75rem; }
section > h2 + p { margin-block-start: 0.25rem; color: var(--muted); }
dl > div { padding-block: 0.5rem; border-block-start: 1px solid var(--line); }
dt { overflow-wrap: anywhere; }
dt > code { font-weight: 600; }
.type { font-size: 0.875rem; color: var(--muted); }
dd { max-inline-size: 44rem; }
:target { scroll-margin-block-start: 1rem; }
section:target, h3:target { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (min-width: 48rem) {
  dl > div { display: grid; grid-template-columns: minmax(12rem, 2fr) 5fr; column-gap: 1.5rem; }
  section { padding: 1.5rem; }
}
@media (min-width: 68rem) {
  body { display: grid; grid-template-columns: 21rem minmax(0, 1fr); column-gap: 2rem; padding-inline: 2rem; }
  header { grid-column: 1 / -1; margin-block-end: 1.5rem; }
  nav {
    position: sticky; inset-block-start: 1rem; align-self: start; margin-block: 0;
    max-block-size: calc(100dvh - 2rem); overflow-y: auto; font-size: 0.875rem;
  }
}
@media print { nav { display: none; } section { padding-inline: 0; } }
"""
