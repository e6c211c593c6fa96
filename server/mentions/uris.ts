import { fileURLToPath } from "node:url";

/** The path that a dropped address names: of this computer, or of the one that VS Code works on. Undefined for others. */
export function pathOfUri(uri: string): string | undefined {
  try {
    const url = new URL(uri);
    if (url.protocol === "file:") return clean(fileURLToPath(url));
    if (url.protocol === "vscode-remote:") return clean(decodeURIComponent(url.pathname));
    return undefined;
  } catch {
    return undefined;
  }
}

function clean(path: string): string | undefined {
  return path === "" || path.includes("\0") ? undefined : path;
}
