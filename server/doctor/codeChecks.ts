import { access, constants } from "node:fs/promises";
import { count } from "../util/count.ts";
import type { Finding } from "./doctor.ts";
import type { DoctorSources } from "./sources.ts";

export async function checkFolder({ folders, blocked }: DoctorSources): Promise<Finding> {
  if (blocked !== undefined) {
    const [finding = blocked, remedy = blocked] = blocked.split(/(?<=\.) /, 2);
    return { state: "warning", finding, remedy, command: "workbench.trust.manage" };
  }
  if (folders.length === 0) {
    return { state: "warning", finding: "No folder is open, so there is no code to read.", remedy: "Open a folder." };
  }
  const unreadable = await Promise.all(folders.map(async (path) => ((await isReadable(path)) ? [] : [path])));
  const [gone] = unreadable.flat();
  if (gone === undefined) return { state: "ok", finding: `${folders.join(", ")} can be read.` };
  return {
    state: "problem",
    finding: `${gone} cannot be read.`,
    remedy: "See whether it was moved, or its drive is not connected, then reload the window.",
  };
}

export async function checkIndex({ index, blocked }: DoctorSources): Promise<Finding> {
  const { state, files, total, skipped, message } = index();
  const left = Object.entries(skipped).map(([why, number]) => `${number} ${why}`);
  const read = `${count(files, "file")} ${files === 1 ? "is" : "are"} read${left.length > 0 ? `; left out: ${left.join(", ")}` : ""}.`;
  switch (state) {
    case "ready":
      return { state: "ok", finding: read };
    case "indexing": {
      const far = total === undefined ? `${count(files, "file")} so far` : `${files} of ${count(total, "file")}`;
      return { state: "ok", finding: `It is being read: ${far}.` };
    }
    case "paused":
      return {
        ...{ state: "warning", finding: `It is paused. ${read}` },
        ...{ remedy: "Let it go on, so that searches find what has changed.", command: "rubberduck.resumeIndex" },
      };
    case "failed":
      return {
        ...{ state: "problem", finding: message ?? "The code index stopped." },
        ...{ remedy: "Read the code anew.", command: "rubberduck.rebuildIndex" },
      };
    case "off":
      if (blocked !== undefined) return { state: "warning", finding: "No code is read.", remedy: blocked };
      return {
        ...{ state: "warning", finding: message ?? "The code has not been read yet." },
        ...{ remedy: "It is read when something is asked; or read it now.", command: "rubberduck.rebuildIndex" },
      };
  }
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
