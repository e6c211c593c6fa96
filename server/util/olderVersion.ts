import lt from "semver/functions/lt.js";
import valid from "semver/functions/valid.js";

/** Whether a version came before another one, by the rules of https://semver.org; what is none never did. */
export function isOlder(version: string, than: string): boolean {
  return valid(version) !== null && valid(than) !== null && lt(version, than);
}
