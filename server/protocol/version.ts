/** Of this build: package.json's, which scripts/build.ts writes into the bundles. */
export const VERSION = process.env.RUBBERDUCK_VERSION ?? "0.0.0";
