import { extname } from "node:path";

/** The language that a file is shown in, by its name: "ts". */
export function languageOf(path: string): string {
  return extname(path).slice(1);
}
