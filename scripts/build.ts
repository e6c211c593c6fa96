import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { type BuildOptions, build as bundle, context } from "esbuild";

const shared: BuildOptions = {
  bundle: true,
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

const page: BuildOptions = {
  ...shared,
  platform: "browser",
  target: "chrome132",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".ttf": "file" },
  assetNames: "[name]",
};

/** Large libraries that are imported late get files of their own, which server and command line share. */
const late = { openai: "server/llm/openaiLibrary.ts", tokenizer: "gpt-tokenizer/encoding/o200k_base" };
const withoutLate: BuildOptions = {
  ...node,
  plugins: [
    {
      name: "late",
      setup(build) {
        build.onResolve({ filter: /(openaiLibrary\.ts|o200k_base)$/ }, ({ path, kind }) => {
          if (kind !== "dynamic-import") return undefined;
          return { path: path.endsWith("o200k_base") ? "./tokenizer.js" : "./openai.js", external: true };
        });
      },
    },
  ],
};

/** One bundle a process: the extension host, the server, its worker, the command line and the panel. */
const bundles: BuildOptions[] = [
  { ...node, entryPoints: { extension: "client/extension.ts" }, external: ["vscode"] },
  { ...node, entryPoints: late },
  { ...withoutLate, entryPoints: { server: "server/main.ts", indexWorker: "server/workspace/indexWorker.ts" } },
  { ...withoutLate, entryPoints: { cli: "client/terminal/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...page, entryPoints: { webview: "webview/main.tsx" } },
];

/** Builds everything into dist/. */
export async function build(): Promise<void> {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist", { recursive: true });
  await writeFile("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`);
  await copyFile("webview/duck.svg", "dist/duck.svg");
  await Promise.all(bundles.map((options) => bundle(options)));
}

async function watch(): Promise<void> {
  await build();
  for (const options of bundles) await (await context({ ...options, logLevel: "info" })).watch();
}

if (import.meta.main) await (argv.includes("--watch") ? watch() : build());
