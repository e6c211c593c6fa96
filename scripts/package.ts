import { stat } from "node:fs/promises";
import { createVSIX } from "@vscode/vsce";
import { build } from "./build.ts";

const VSIX = "dist/rubberduck.vsix";

/** Packs what was built into dist/rubberduck.vsix and answers its path. */
export async function packageVsix(): Promise<string> {
  await createVSIX({
    packagePath: VSIX,
    dependencies: false,
    skipLicense: true,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return VSIX;
}

if (import.meta.main) {
  await build();
  const path = await packageVsix();
  const { size } = await stat(path);
  console.log(`${path}: ${(size / 1024 / 1024).toFixed(2)} MiB`);
}
