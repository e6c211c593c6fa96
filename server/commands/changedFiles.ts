export interface ChangedFileStat {
  /** As git names it; of a file that is deleted, the old name. */
  readonly path: string;
  readonly change: "add" | "change" | "delete";
  readonly added: number;
  readonly removed: number;
}

/** The files of a diff in git's form, made without renames. */
export function changedFiles(diff: string): ChangedFileStat[] {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map((part) => {
      const lines = part.split("\n");
      const begin = lines.findIndex((line) => line.startsWith("@@"));
      const head = begin < 0 ? lines : lines.slice(0, begin);
      const body = begin < 0 ? [] : lines.slice(begin);
      return {
        path: pathIn(head),
        change: changeIn(head),
        added: body.filter((line) => line.startsWith("+")).length,
        removed: body.filter((line) => line.startsWith("-")).length,
      };
    });
}

/** A commit message that says no more than which files have changed. */
export function plainMessage(files: readonly ChangedFileStat[]): string {
  const [only] = files;
  if (only !== undefined && files.length === 1) return `${VERBS[only.change]} ${only.path}`;
  const changes = new Set(files.map(({ change }) => change));
  const [change = "change"] = changes;
  const verb = VERBS[changes.size === 1 ? change : "change"];
  const folder = commonFolder(files.map(({ path }) => path));
  const subject = `${verb} ${files.length} files${folder === "" ? "" : ` in ${folder}`}`;
  const rows = files.map(
    (file) => `- ${file.path} (${VERBS[file.change].toLowerCase()}, +${file.added} -${file.removed})`,
  );
  return [subject, "", ...rows].join("\n");
}

const VERBS = { add: "Add", change: "Change", delete: "Delete" } as const;

function pathIn(head: readonly string[]): string {
  const after = named(head, "+++ b/") ?? named(head, "--- a/");
  if (after !== undefined) return after;
  // Binary, empty or of another mode: both names are the same.
  const both = (head[0] ?? "").slice("diff --git a/".length);
  return both.slice((both.length + " b/".length) / 2);
}

function named(head: readonly string[], before: string): string | undefined {
  return head
    .find((line) => line.startsWith(before))
    ?.slice(before.length)
    .replace(/\t$/, "");
}

function changeIn(head: readonly string[]): ChangedFileStat["change"] {
  if (head.some((line) => line.startsWith("new file mode"))) return "add";
  return head.some((line) => line.startsWith("deleted file mode")) ? "delete" : "change";
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, length < 0 ? first.length : length).join("/");
}
