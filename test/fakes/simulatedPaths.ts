import { getSystemErrorMap } from "node:util";
import { SimulatedFile } from "./simulatedFile.ts";
import { SimulatedFolder, type SimulatedNode } from "./simulatedFolders.ts";

export interface Found {
  readonly parent: SimulatedFolder;
  readonly name: string;
  readonly node: SimulatedNode | undefined;
}

/** Where a path leads. Undefined when its folder is not there. */
export function find(root: SimulatedFolder, path: string): Found | undefined {
  const names = namesIn(path);
  const name = names.pop() ?? ".";
  let parent = root;
  for (const name of names) {
    const next = parent.names.get(name);
    if (!(next instanceof SimulatedFolder)) return undefined;
    parent = next;
  }
  return { parent, name, node: name === "." ? root : parent.names.get(name) };
}

/** Throws what a system call throws when the folder is not there: ENOENT, or ENOTDIR when a file is in the way. */
export function locate(root: SimulatedFolder, path: string, call: string): Found {
  const found = find(root, path);
  if (found !== undefined) return found;
  throw systemError(isBlocked(root, path) ? "ENOTDIR" : "ENOENT", call, path);
}

/** Nothing stands there, and no file stands where a folder should. */
export function isMissing(root: SimulatedFolder, path: string): boolean {
  return find(root, path)?.node === undefined && !isBlocked(root, path);
}

function isBlocked(root: SimulatedFolder, path: string): boolean {
  const names = namesIn(path);
  return names.some((_, count) => find(root, names.slice(0, count).join("/"))?.node instanceof SimulatedFile);
}

export function namesIn(path: string): string[] {
  return path.split(/[\\/]/).filter((name) => name !== "");
}

/** As Node makes them: "ENOSPC: no space left on device, write". */
export function systemError(code: string, call: string, path?: string): Error {
  const text = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? "not possible";
  const where = path === undefined ? "" : ` '${path}'`;
  return Object.assign(new Error(`${code}: ${text}, ${call}${where}`), { code, syscall: call, ...(path && { path }) });
}
