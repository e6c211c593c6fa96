import { parentPort, workerData } from "node:worker_threads";
import { htmlToText } from "html-to-text";

/** The only importer of html-to-text, in a thread of its own: a page may be large and its nesting hostile. */

const OPTIONS = {
  wordwrap: false as const,
  limits: { maxInputLength: 2_000_000, maxDepth: 100, maxChildNodes: 20_000, ellipsis: "…" },
  baseElements: { selectors: ["main", "article", "body"], orderBy: "selectors" as const, returnDomByDefault: true },
  selectors: [
    { selector: "a", options: { ignoreHref: true } },
    { selector: "img", format: "skip" },
    { selector: "nav", format: "skip" },
    { selector: "script", format: "skip" },
    { selector: "style", format: "skip" },
    { selector: "noscript", format: "skip" },
    ...["h1", "h2", "h3", "h4"].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: "table", options: { uppercaseHeaderCells: false } },
  ],
};

parentPort?.postMessage(htmlToText(String(workerData), OPTIONS));
