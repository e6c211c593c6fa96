import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { build } from "./build.ts";

const VSIX = "dist/rubberduck.vsix";

/** Packs what was built into dist/rubberduck.vsix and answers its path. Throws when .vscodeignore leaves out what the product needs. */
export async function packageVsix(): Promise<string> {
  const packed = new Set(await listFiles({ packageManager: PackageManager.None }));
  const built = (await readdir("dist", { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const left = built
    .map(({ parentPath, name }) => join(parentPath, name).replaceAll("\\", "/"))
    .filter((path) => !/\.(map|vsix)$/.test(path) && !packed.has(path));
  if (left.length > 0) throw new Error(`.vscodeignore leaves out of the package: ${left.join(", ")}`);
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
