/**
 * What the panel saved, kept by the page itself as long as its tab is there. An editor in a browser writes what a panel saves
 * once a minute only, and loading the tab anew would lose the rest. A tab may go on to another folder: each has its own.
 */
export function readTabState(): unknown {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    const isOurs = typeof kept === "object" && kept !== null && "workspace" in kept && kept.workspace === workspace();
    return isOurs && "saved" in kept ? kept.saved : undefined;
  } catch {
    return undefined;
  }
}

export function writeTabState(saved: unknown): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ workspace: workspace(), saved }));
  } catch {
    // No room, or no storage: the editor's own copy is there once it has been written.
    sessionStorage.removeItem(KEY);
  }
}

const KEY = "rubberduck.saved";

function workspace(): string {
  return document.body.dataset.workspace ?? "";
}
