import { join } from "node:path";
import { savedPlace } from "./store/savedPlace.ts";
import type { Settings } from "./store/settings.ts";
import type { Store } from "./store/store.ts";
import type { StoredWorkspace } from "./store/storedWorkspace.ts";
import type { Clock } from "./util/clock.ts";
import { Emitter } from "./util/emitter.ts";
import type { Log } from "./util/log.ts";
import { currentBranch } from "./workspace/branch.ts";
import { CodeIndex } from "./workspace/codeIndex.ts";
import { FileList } from "./workspace/fileList.ts";
import { FileReader } from "./workspace/fileReader.ts";
import { FolderReader } from "./workspace/folderReader.ts";
import { WorkingDiff } from "./workspace/workingDiff.ts";
import { type WorkspaceFolder, WorkspacePaths } from "./workspace/workspacePaths.ts";

export interface CodeServicesOptions {
  readonly folders: readonly WorkspaceFolder[];
  /** Why no file is read, as a sentence: restricted mode. */
  readonly blocked: string | undefined;
  readonly indexWorker: URL;
  /** Folder of tree-sitter's .wasm files. */
  readonly grammars: string;
  readonly settings: Settings;
  /** Absent where nothing is kept. */
  readonly store: Store | undefined;
  readonly workspace: StoredWorkspace | undefined;
  readonly clock: Clock;
  readonly logger: Log;
}

export type CodeServices = ReturnType<typeof createCode>;

/** What reads the workspace: its files, its code, its changes. Whoever takes them disposes of the index. Starts nothing. */
export function createCode({
  folders,
  blocked,
  settings,
  store,
  workspace,
  clock,
  logger,
  ...options
}: CodeServicesOptions) {
  const paths = new WorkspacePaths(blocked === undefined ? folders : []);
  /** Where the index is kept, once the store is open; and before it starts to read whether it may. */
  const place = async () => {
    if ((await settings.read()).indexPaused) index.pause(true);
    if (workspace === undefined || store?.status.state !== "open") return undefined;
    const { keys, folder } = await workspace.place();
    return savedPlace(keys, join(folder, "derived"), "code index");
  };
  const { indexWorker: workerUrl, grammars } = options;
  const index: CodeIndex = new CodeIndex({ folders, workerUrl, grammars, place, log: logger, clock, blocked });
  store?.onDidChangeStatus(({ state }) => {
    if (state === "open")
      void place().then(
        (found) => found && index.keepIn(found),
        () => {},
      );
  });
  const files = new FileReader(paths);
  const fileList = new FileList({ folders: paths.folders });
  const didChange = new Emitter<readonly string[]>();
  const [first] = paths.folders;
  return {
    ...{ paths, files, fileList, index },
    folderReader: new FolderReader(files, paths),
    diff: new WorkingDiff(paths.folders),
    branch: async () => (first === undefined ? undefined : currentBranch(first.path)),
    /** Files or folders were created, changed or deleted; absolute. */
    changed: (changed: readonly string[]) => {
      index.changed(changed);
      fileList.changed(changed);
      didChange.emit(changed.map((path) => paths.label(path)));
    },
    /** By their labels. */
    onDidChange: (listener: (labels: readonly string[]) => void) => didChange.on(listener),
  };
}
