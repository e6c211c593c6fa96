import { readLimits } from "../../server/gateway/limits.ts";
import type { Services } from "../../server/services.ts";
import { defaultStorePath } from "../../server/store/location.ts";
import { readToken, runtimeFolder } from "../../server/store/runtimeFolder.ts";
import { systemClock } from "../../server/util/clock.ts";
import { DuckError } from "../../server/util/errors.ts";
import { modelFromEnvironment } from "./model.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { opened } from "./store.ts";

export interface ServeOptions {
  readonly folder: string;
  /** Absent: the editor's. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly model: Parameters<typeof modelFromEnvironment>[0];
  /** 0: any that is free. "none": the private socket alone. */
  readonly port: number | "none";
  /** JSON; absent: the default ones. */
  readonly limits?: string | undefined;
  readonly json: boolean;
}

/** What `--json` prints in one line, anew when the conversations have another owner: where clients connect, and what lets them in. */
export interface Serving {
  /** Of Phoenix clients; absent when no port is listened on. */
  readonly url?: string;
  /** The private socket of the process that owns the conversations. */
  readonly socket: string;
  /** Opens `url`; without one, `socket`. */
  readonly token: string;
}

/** An answer in flight is finished, if it takes no longer than this. */
const DRAIN_MS = 10_000;
const LOOK_AGAIN_MS = 200;

/** Serves the conversations of a folder until SIGTERM or SIGINT, to whoever is let in. Answers the exit code. */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const folder = await existingFolder(options.folder);
  const limits = options.limits === undefined ? undefined : readLimits(options.limits);
  const store = options.store ?? defaultStorePath(process.platform, process.env);
  const services = terminalServices(folder, store, limits);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on("SIGTERM", end).on("SIGINT", end);
  // Whoever started it for itself alone has it end with its own.
  if (options.port === "none") process.stdin.on("end", end).on("error", end).resume();
  try {
    await opened(services, options.codeFile);
    services.configure(await modelFromEnvironment(options.model, process.env));
    const first = await serving(services, options.port);
    print(first, options.json);
    // Whoever connects asks something; and should the owner go, what they ask next is answered here.
    services.warmUp();
    await follow(services, first, options, ending.signal);
    const drained = new AbortController();
    const tooLong = systemClock.sleep(DRAIN_MS, drained.signal).catch(() => {});
    await Promise.race([services.conversations.whenIdle(), tooLong]);
    drained.abort();
    return 0;
  } finally {
    process.stdin.unref?.();
    await services.close();
  }
}

/** Says anew where to connect when that has changed, until the signal aborts. */
async function follow(services: Services, first: Serving, options: ServeOptions, signal: AbortSignal): Promise<void> {
  let known = first.socket;
  const look = async () => {
    if (signal.aborted || services.stored?.socketPath === known) return;
    try {
      const next = await serving(services, options.port);
      if (next.socket !== known) print(next, options.json);
      known = next.socket;
    } catch {
      // Nobody owns them yet.
      systemClock.after(LOOK_AGAIN_MS, () => void look());
    }
  };
  // Told when the owner is gone, too.
  const stop = services.conversations.onDidChangeList(() => void look());
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  stop();
}

async function serving(services: Services, port: number | "none"): Promise<Serving> {
  const { stored } = services;
  await stored?.role();
  const socket = stored?.socketPath;
  const own = socket && (await readToken(runtimeFolder(process.platform, process.env), socket));
  if (socket === undefined || !own) throw new DuckError("storeBusy", "Nobody owns the conversations. Try again.");
  if (port === "none") return { socket, token: own };
  const listening = await services.listen(port);
  return { url: `ws://127.0.0.1:${listening.port}/socket`, socket, token: listening.token };
}

function print({ url, socket, token }: Serving, json: boolean): void {
  if (json) console.log(JSON.stringify({ url, socket, token }));
  else console.log(`Serving at ${url ?? socket}\nToken: ${token}\nEnd it with Ctrl+C.`);
}
