import { readFile, stat } from "node:fs/promises";
import type { ModelConfiguration } from "../../server/protocol/requests.ts";
import { causeOf, DuckError } from "../../server/util/errors.ts";
import { UsageError } from "./usage.ts";

/** What stands on the command line; each wins over its environment variable. */
export interface ModelFlags {
  readonly baseUrl?: string | undefined;
  readonly model?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Tokens, as typed. */
  readonly contextWindow?: string | undefined;
}

/** Throws DuckError "modelNotConfigured" when half of it is missing or the key file may be read by others. */
export async function modelFromEnvironment(flags: ModelFlags, env: NodeJS.ProcessEnv): Promise<ModelConfiguration> {
  const baseUrl = flags.baseUrl ?? env.RUBBERDUCK_BASE_URL ?? "";
  const name = flags.model ?? env.RUBBERDUCK_MODEL ?? "";
  if (baseUrl === "" && name === "") return {};
  if (baseUrl === "") {
    throw new DuckError(
      "modelNotConfigured",
      `The model ${name} needs an endpoint. Add --base-url or RUBBERDUCK_BASE_URL.`,
    );
  }
  if (name === "")
    throw new DuckError("modelNotConfigured", `Which model of ${baseUrl}? Add --model or RUBBERDUCK_MODEL.`);
  const apiKey = flags.keyFile === undefined ? env.OPENAI_API_KEY : await readKey(flags.keyFile);
  const window = flags.contextWindow ?? env.RUBBERDUCK_CONTEXT_WINDOW;
  return {
    baseUrl,
    name,
    ...(apiKey && { apiKey }),
    ...(window !== undefined && { contextWindowTokens: tokensOf(window) }),
  };
}

function tokensOf(text: string): number {
  const tokens = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (tokens >= LEAST_WINDOW) return tokens;
  throw new UsageError(`A context window is a number of tokens from ${LEAST_WINDOW} on, such as 32768.`);
}

const LEAST_WINDOW = 512;

async function readKey(path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new DuckError("modelNotConfigured", `${path} can be read by others. Run: chmod 600 ${path}`);
    }
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (error instanceof DuckError) throw error;
    throw new DuckError("modelNotConfigured", `The key file could not be read: ${causeOf(error)}`, { cause: error });
  }
}
