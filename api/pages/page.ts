import { type Html, html } from "../../platform/html.js";

export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · OBSIDIAN Ledger</title>
    <link rel="stylesheet" href="/assets/style.css" />
  </head>
  <body>
    <main>${body}</main>
  </body>
</html>
`.text;
}
