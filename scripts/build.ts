import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { type BuildOptions, build as bundle, context, type Plugin } from "esbuild";
import packageJson from "../package.json" with { type: "json" };
import { GRAMMAR_FILES } from "../server/workspace/syntaxTrees.ts";
import { MODEL_FILES, quantisedModel } from "./quantise.ts";

const shared: BuildOptions = {
  bundle: true,
  define: { "process.env.RUBBERDUCK_VERSION": JSON.stringify(packageJson.version) },
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
  outdir: "dist",
};

const node: BuildOptions = {
  ...shared,
  platform: "node",
  target: "node22",
  format: "cjs",
  keepNames: true,
  mainFields: ["module", "main"],
};

/** The panel, in the editor and as a page of the gateway. */
export const PAGE_BUNDLE: BuildOptions = {
  ...shared,
  platform: "browser",
  target: "chrome132",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".ttf": "file" },
  assetNames: "[name]",
};

/** What is imported late gets a file of its own: libraries that take long to load, some of them shared by two processes. */
const late = {
  openai: "server/llm/openaiLibrary.ts",
  metrics: "server/telemetry/metrics.ts",
  tokenizer: "gpt-tokenizer/encoding/o200k_base",
  languageClient: "client/languageClient.ts",
  treeSitter: "server/workspace/treeSitterLibrary.ts",
  useLite: "server/llm/useLiteLibrary.ts",
  vectra: "server/memory/vectraLibrary.ts",
};
const withoutLate: BuildOptions = {
  ...node,
  plugins: [
    {
      name: "late",
      setup(build) {
        build.onResolve(
          {
            filter:
              /(openaiLibrary\.ts|telemetry\/metrics\.ts|o200k_base|languageClient\.ts|treeSitterLibrary\.ts|useLiteLibrary\.ts|vectraLibrary\.ts)$/,
          },
          ({ path, kind }) => {
            const file = Object.keys(late).find((name) =>
              late[name as keyof typeof late].endsWith(path.replace(/^\.\//, "")),
            );
            return kind === "dynamic-import" && file !== undefined
              ? { path: `./${file}.js`, external: true }
              : undefined;
          },
        );
      },
    },
  ],
};

/**
 * What libraries take along and we never call: the fetch of models that stand beside the bundle, and vectra's own readers of
 * pages, models, tokenizers, word search and server.
 */
const UNUSED = /^(node-fetch|openai|gpt-tokenizer|cheerio|turndown|@grpc\/.*|wink-.*|json-colorizer|@huggingface\/.*)$/;
const withoutUnused: Plugin = {
  name: "without unused",
  setup(build) {
    build.onResolve({ filter: UNUSED }, ({ path, importer }) =>
      /[\\/](vectra|@energetic-ai)[\\/]/.test(importer) ? { path, namespace: "unused" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "" }));
  },
};

/** ink loads React's developer tools where DEV is set. */
const withoutDevtools: Plugin = {
  name: "without developer tools",
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "unused" }));
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "export default {}" }));
  },
};

/** One bundle a process: the extension host, the server, its workers, the command line and the panel. */
const bundles: BuildOptions[] = [
  { ...withoutLate, entryPoints: { extension: "client/extension.ts" }, external: ["vscode"] },
  { ...node, entryPoints: late, external: ["vscode"], plugins: [withoutUnused] },
  { ...withoutLate, entryPoints: { server: "server/main.ts", indexWorker: "server/workspace/indexWorker.ts" } },
  { ...withoutLate, entryPoints: { memoryWorker: "server/memory/worker/memoryWorker.ts" } },
  { ...node, entryPoints: { htmlWorker: "server/web/htmlWorker.ts" } },
  { ...withoutLate, entryPoints: { analysisWorker: "server/workspace/analysis/analysisWorker.ts" } },
  { ...withoutLate, entryPoints: { cli: "client/terminal/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  {
    ...node,
    entryPoints: { chat: "client/terminal/chat/main.tsx" },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    jsx: "automatic",
    plugins: [withoutDevtools],
    define: { ...shared.define, "process.env.NODE_ENV": '"production"' },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  },
  { ...PAGE_BUNDLE, entryPoints: { webview: "webview/main.tsx", page: "webview/page.css" } },
];

/** Where tree-sitter's .wasm files are installed. */
export const GRAMMARS = join(import.meta.dirname, "../node_modules/@vscode/tree-sitter-wasm/wasm");

const ENERGETIC = join(import.meta.dirname, "../node_modules/@energetic-ai/core/dist");
/** What vectra reads beside itself. */
const VECTRA_SCHEMA = join(import.meta.dirname, "../node_modules/vectra/lib/codecs/schemas/index.proto");
/** What the embedder's library looks for beside itself: with vector instructions, and for a processor without them. */
const BACKENDS = ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.wasm"];

/** Builds everything into dist/. */
export async function build(): Promise<void> {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist", { recursive: true });
  await writeFile("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`);
  await copyFile("webview/duck.svg", "dist/duck.svg");
  await mkdir("dist/grammars");
  for (const file of GRAMMAR_FILES) await copyFile(join(GRAMMARS, file), join("dist/grammars", file));
  for (const file of BACKENDS) await copyFile(join(ENERGETIC, file), join("dist", file));
  await mkdir("dist/schemas");
  await copyFile(VECTRA_SCHEMA, "dist/schemas/index.proto");
  await mkdir("dist/embedder");
  const model = await quantisedModel();
  for (const file of MODEL_FILES) await copyFile(join(model, file), join("dist/embedder", file));
  await Promise.all(bundles.map((options) => bundle(options)));
}

async function watch(): Promise<void> {
  await build();
  for (const options of bundles) await (await context({ ...options, logLevel: "info" })).watch();
}

if (import.meta.main) await (argv.includes("--watch") ? watch() : build());
