import type { Page } from "playwright-core";

/** What a kind of VS Code needs to start. */
export interface Launch {
  readonly workspace: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** To install, each a packed extension. */
  readonly vsixs: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** Folders are not trusted before somebody says so. */
  readonly asksForTrust: boolean;
}

/** What each kind of VS Code can do. */
export interface RunningEditor {
  /** A window on the workspace, or one without a folder. */
  open(what: "workspace" | "nothing"): Promise<Page>;
  close(): Promise<void>;
}
