import { DuckError } from "../util/errors.ts";
import { git } from "./git.ts";

/**
 * Which repository a folder is, wherever it lies: its first commits, where it comes from, and which folder of it this is.
 * The same after it was moved or cloned again. Undefined when it is in no repository, or in one without a commit. Asks git
 * for what stands in the repository, and nobody over the network; only in a trusted workspace.
 */
export async function gitIdentity(folder: string): Promise<string | undefined> {
  try {
    const [roots, remotes, prefix] = await Promise.all([
      git(folder, ["rev-list", "--max-parents=0", "HEAD"]),
      git(folder, ["config", "--get-regexp", "^remote\\..*\\.url$"]).catch(() => ""),
      git(folder, ["rev-parse", "--show-prefix"]),
    ]);
    return [roots.trim().split("\n").sort().join(","), originIn(remotes), prefix.trim()].join(" ");
  } catch (error) {
    if (error instanceof DuckError) return undefined;
    throw error;
  }
}

/** The address of `origin`, else of the first remote by name; "" for none. */
function originIn(remotes: string): string {
  const lines = remotes.split("\n").filter((line) => line !== "");
  const origin = lines.find((line) => line.startsWith("remote.origin.url ")) ?? lines.sort()[0];
  return origin === undefined ? "" : repositoryAt(origin.slice(origin.indexOf(" ") + 1));
}

/** The same for each way to reach it, and without who reaches it: no user, password or token. */
export function repositoryAt(address: string): string {
  const [, host, path] = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.*)$/.exec(address) ?? [];
  const plain = host !== undefined && path !== undefined ? `${host}/${path}` : withoutUser(address);
  return plain
    .replace(/[?#].*$/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
}

function withoutUser(address: string): string {
  return address.replace(/^[a-z+]+:\/\//i, "").replace(/^[^/]*@/, "");
}
