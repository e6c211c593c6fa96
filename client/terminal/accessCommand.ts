import type { AccessToken } from "../../server/protocol/access.ts";
import { defaultStorePath } from "../../server/store/location.ts";
import { escapeControls, safeJson } from "../../server/util/escapeControls.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { opened } from "./store.ts";
import { UsageError } from "./usage.ts";

export const ACCESS_TASKS = ["create", "list", "revoke", "link"] as const;
export type AccessTask = (typeof ACCESS_TASKS)[number];

export interface AccessCommandOptions {
  readonly task: AccessTask;
  /** The name of a new token; the name or id of the one to revoke. */
  readonly words: readonly string[];
  /** As typed: "12h", "30d". Absent: until it is revoked. */
  readonly expires?: string | undefined;
  readonly folder: string;
  /** Absent: the editor's. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly json: boolean;
}

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/** Asks the process that owns the conversations who may come in, or is that process as long as it takes. Answers the exit code. */
export async function accessCommand({
  folder,
  store,
  codeFile,
  json,
  ...asked
}: AccessCommandOptions): Promise<number> {
  const expiresInMs = asked.expires === undefined ? undefined : durationMs(asked.expires);
  const path = store ?? defaultStorePath(process.platform, process.env);
  const services = terminalServices(await existingFolder(folder), path);
  try {
    await opened(services, codeFile);
    const { json: result, lines } = await run(services.access, { ...asked, expiresInMs });
    process.stdout.write(json ? `${safeJson(result)}\n` : `${escapeControls(lines.join("\n"))}\n`);
    return 0;
  } finally {
    await services.close();
  }
}

type Access = ReturnType<typeof terminalServices>["access"];

async function run(
  access: Access,
  { task, words, expiresInMs }: Pick<AccessCommandOptions, "task" | "words"> & { expiresInMs: number | undefined },
): Promise<{ json: unknown; lines: readonly string[] }> {
  const word = words.join(" ").trim();
  switch (task) {
    case "create": {
      const made = await access("rubberduck/access/create", { name: word, ...(expiresInMs && { expiresInMs }) });
      return { json: made, lines: [made.token] };
    }
    case "list": {
      const { tokens } = await access("rubberduck/access/list", {});
      return { json: tokens, lines: tokens.length === 0 ? ["There are no access tokens."] : tokens.map(line) };
    }
    case "revoke": {
      const { tokens } = await access("rubberduck/access/list", {});
      const meant = tokens.filter(({ id, name }) => id === word || name === word);
      for (const { id } of meant) await access("rubberduck/access/revoke", { id });
      if (meant.length === 0) throw new UsageError(`No access token is called "${word}": see access list.`);
      return { json: meant, lines: [`Revoked: ${meant.map(({ name }) => name).join(", ")}`] };
    }
    case "link": {
      const link = await access("rubberduck/gateway/link", {});
      return { json: link, lines: [link.url] };
    }
  }
}

function line({ id, name, expiresAt, connected }: AccessToken): string {
  const until = expiresAt === undefined ? "until it is revoked" : `until ${expiresAt}`;
  return `${id}  ${name}  ${until}${connected > 0 ? `  ${connected} connected` : ""}`;
}

/** Throws UsageError. */
function durationMs(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError('How long a token is good is said as "30m", "12h" or "30d".');
  return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

export function isAccessTask(task: string): task is AccessTask {
  return (ACCESS_TASKS as readonly string[]).includes(task);
}
