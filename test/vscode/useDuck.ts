import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach } from "node:test";
import { type ModelServer, type RecordedRequest, startModelServer } from "../fakes/modelServer.ts";
import { Chat } from "./chat.ts";
import { type Editor, openEditor } from "./harness.ts";
import { until } from "./until.ts";

/** An editor on a folder of code, its chat panel, and the endpoint that answers. */
export interface Duck {
  readonly editor: Editor;
  readonly chat: Chat;
  readonly models: ModelServer;
}

/** The name of the configured model. */
export const MODEL = "duck-1";

export interface DuckOptions {
  /** Default: the endpoint of `models` answers. */
  readonly offline?: boolean;
  /** The folder is open in restricted mode. */
  readonly restricted?: boolean;
  /** The text of each file of the folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further extensions, by their folder in test/fixtures. */
  readonly extensions?: readonly string[];
  /** User settings on top of those every test has. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Makes the store's folder. Default: one in the profile. */
  readonly store?: () => string;
}

/** One editor for all tests of a file. Each begins with an empty conversation and an endpoint that repeats what it hears. */
export function useDuck({
  offline = false,
  restricted = false,
  files = FILES,
  extensions = [],
  settings = {},
  store,
}: DuckOptions = {}): Duck {
  let folder: string | undefined;
  const duck: Partial<{ -readonly [Key in keyof Duck]: Duck[Key] }> = {};

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "duck-")));
    for (const [path, text] of Object.entries(files)) await write(join(folder, path), text);
    duck.models = await startModelServer();
    const model = { "rubberduck.model.baseUrl": duck.models.baseUrl, "rubberduck.model.name": MODEL };
    duck.editor = await openEditor({
      workspace: folder,
      settings: { ...settings, ...(!offline && model), ...(store && { "rubberduck.store.path": store() }) },
      extensions,
      asksForTrust: restricted,
    });
    duck.editor.page.setDefaultTimeout(WAIT_MS);
    duck.chat = await Chat.open(duck.editor);
    await duck.chat.ready(offline || restricted ? "Offline" : MODEL);
  });

  beforeEach(async () => {
    duck.models?.reply();
    duck.models?.release();
    await duck.chat?.startAfresh();
  });

  afterEach(async (context) => {
    if ("passed" in context && !context.passed)
      await duck.editor?.screenshot(`failed-${context.name.replace(/\W+/g, "-")}`);
  });

  after(async () => {
    await duck.editor?.dispose();
    await duck.models?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  return {
    get editor() {
      return started(duck.editor);
    },
    get chat() {
      return started(duck.chat);
    },
    get models() {
      return started(duck.models);
    },
  };
}

/** The newest request for an answer to this message, as soon as the endpoint has it. */
export function requestFor({ models }: Duck, message: string): Promise<RecordedRequest> {
  return until(
    () => models.requests.findLast(({ body }) => body?.messages?.at(-1)?.content.includes(message)),
    `a request that asks "${message}"`,
  );
}

const WAIT_MS = 15_000;

const FILES = {
  "src/greet.ts": `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return \`Good day, \${name}\`;
}
`,
};

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The editor is not open.");
  return value;
}
