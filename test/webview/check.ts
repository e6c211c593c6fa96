import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FakeHost } from "./fakeHost.ts";
import { type OpenOptions, type OpenPanel, PanelBrowser } from "./page.ts";

/** One page for one sentence. */
export type Check<Controls> = (
  sentence: string,
  steps: (panel: OpenPanel & Controls) => Promise<void>,
  arrange?: (host: FakeHost) => unknown,
  options?: OpenOptions,
) => void;

/** One browser for a file of sentences, each with a page of its own. */
export function panelCheck<Controls>(controls: (panel: OpenPanel) => Controls, usual?: OpenOptions): Check<Controls> {
  let browser: PanelBrowser;

  before(async () => {
    browser = await PanelBrowser.launch();
  });
  after(() => browser.close());

  return (sentence, steps, arrange, options = usual) => {
    test(sentence, async () => {
      const panel = await browser.open(options, arrange);
      try {
        await steps({ ...panel, ...controls(panel) });
      } finally {
        await panel.close();
      }
    });
  };
}

/** Until something has come about that no page shows. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`waited in vain for: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
