import type { PanelAction } from "../server/protocol/panel.ts";
import type { Params, Result } from "../server/protocol/requests.ts";

type Call = (
  method: "rubberduck/conversation/export",
  params: Params<"rubberduck/conversation/export">,
) => Promise<Result<"rubberduck/conversation/export">>;

/** What a page can do of that which the panel asks of its host. */
export const PAGE_ACTIONS: ReadonlySet<PanelAction["kind"]> = new Set([
  "openLink",
  "copy",
  "openFile",
  "exportConversation",
  "showing",
] as const);

const SAID_MS = 4000;

/** The browser around the panel. */
export class PageActions {
  #fading: ReturnType<typeof setTimeout> | undefined;

  async run(action: PanelAction, call: Call): Promise<void> {
    switch (action.kind) {
      case "copy":
        return this.#copy(action.text);
      case "openFile": {
        const place = action.line === undefined ? action.path : `${action.path}:${action.line}`;
        await this.#copy(place);
        return this.#say(`Copied ${place}, to be opened in your editor.`);
      }
      case "openLink":
        if (confirm(`Open this address?\n\n${action.url}`)) open(action.url, "_blank", "noopener,noreferrer");
        return;
      case "exportConversation":
        return this.#export(action.conversationId, call);
      default:
        return;
    }
  }

  /** A page of the web is only read after its whole address was seen. */
  mayFetch(url: string): boolean {
    return confirm(`Read this page and send it along with your message?\n\n${url}`);
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text).catch(() => this.#say("The browser did not let me copy that."));
  }

  async #export(conversationId: string, call: Call): Promise<void> {
    try {
      const { text, fileName } = await call("rubberduck/conversation/export", { conversationId, format: "markdown" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
      link.download = fileName;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  #say(text: string): void {
    const said = document.getElementById("said");
    if (said === null) return;
    said.textContent = text;
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => {
      said.textContent = "";
    }, SAID_MS);
  }
}
