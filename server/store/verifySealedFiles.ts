import { join } from "node:path";
import { errnoOf } from "./fileSystem.ts";
import { USER_MEMORY } from "./location.ts";
import { savedPlace } from "./savedPlace.ts";
import { unsealFile } from "./sealedFile.ts";
import { keysOf, type StoreKeys } from "./storeKeys.ts";
import type { FileFinding, StoreReading } from "./storeReading.ts";

/** What is sealed by which key: the files of each place by their names. `docs/store.md` says what stands in them. */
const STORE_FILES: readonly Kind[] = [{ name: /^workspaces-\d+\.bin$/, purpose: "workspaces" }];
const WORKSPACE_FILES: readonly Kind[] = [{ name: /^workspace-\d+\.bin$/, purpose: "workspace" }];
const DERIVED_FILES: readonly Kind[] = [
  { name: /^list-\d+\.bin$/, purpose: "conversation list" },
  { name: /^trash-\d+\.bin$/, purpose: "trash" },
  { name: /^settings-\d+\.bin$/, purpose: "settings" },
  { name: /^code-[0-9a-f]+\.bin$/, purpose: "code index", keys: (keys) => workerKeys(keys, "code index") },
  { name: /^memory-items-[0-9a-f]+\.bin$/, purpose: "memory items", keys: (keys) => workerKeys(keys, "memory") },
  { name: /^memory-vectors-\d+\.bin$/, purpose: "memory vectors", keys: (keys) => workerKeys(keys, "memory") },
  { name: /^patterns-\d+\.bin$/, purpose: "patterns" },
];
const USER_FILES: readonly Kind[] = [{ name: /^memories-\d+\.bin$/, purpose: "user memories" }];
/** Claims of ownership say nothing of anybody's; what stands in a quarantine is known to be damaged. */
const NOT_SEALED = /^(?:store\.json|keyring-\d+\.json|.*\.tmp|.*\.log|.*\.sock)$/;

interface Kind {
  readonly name: RegExp;
  readonly purpose: string;
  readonly keys?: (keys: StoreKeys) => StoreKeys;
}

/** Opens every sealed file beside the conversations. Answers how many there are, and which are not as they were written. */
export async function checkSealedFiles(
  store: Pick<StoreReading, "fs" | "path">,
  keys: StoreKeys,
  workspaces: readonly string[],
): Promise<{ readonly files: number; readonly findings: readonly FileFinding[] }> {
  const folders = [
    { folder: "", kinds: STORE_FILES },
    { folder: USER_MEMORY, kinds: USER_FILES },
    ...workspaces.flatMap((workspace) => [
      { folder: workspace, kinds: WORKSPACE_FILES },
      { folder: `${workspace}/derived`, kinds: DERIVED_FILES },
    ]),
  ];
  const found = await Promise.all(folders.map(({ folder, kinds }) => checkFolder(store, keys, folder, kinds)));
  return {
    files: found.reduce((sum, { files }) => sum + files, 0),
    findings: found.flatMap(({ findings }) => findings),
  };
}

async function checkFolder(
  { fs, path }: Pick<StoreReading, "fs" | "path">,
  keys: StoreKeys,
  folder: string,
  kinds: readonly Kind[],
): Promise<{ files: number; findings: FileFinding[] }> {
  const findings: FileFinding[] = [];
  let files = 0;
  if ((await fs.stat(join(path, folder))) === undefined) return { files, findings };
  for (const { name, kind } of await fs.list(join(path, folder))) {
    if (kind !== "file" || NOT_SEALED.test(name)) continue;
    const below = folder === "" ? name : `${folder}/${name}`;
    const known = kinds.find((one) => one.name.test(name));
    const bytes = await readIfThere(fs, join(path, below));
    // Its owner has replaced it meanwhile.
    if (bytes === undefined) continue;
    files++;
    if (known === undefined) findings.push({ path: below, what: "unknown" });
    else {
      const what = unsealFile(known.keys?.(keys) ?? keys, known.purpose, bytes).kind;
      if (what !== "ok") findings.push({ path: below, what });
    }
  }
  return { files, findings };
}

async function readIfThere(fs: StoreReading["fs"], path: string): Promise<Buffer | undefined> {
  return fs.readFile(path).catch((error) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  });
}

/** A worker has a key of its own. */
function workerKeys(keys: StoreKeys, worker: Parameters<typeof savedPlace>[2]): StoreKeys {
  return keysOf(keys.storeId, Buffer.from(savedPlace(keys, "", worker).key));
}
