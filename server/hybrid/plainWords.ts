import { forgetCommand, rememberCommand } from "../memory/learning/plainWords.ts";

/**
 * What a message says to memory in plain words, as the argument of /memory; undefined when it is talk. A message that asks for
 * more than that is talk as well: what is to be remembered in it is learned like anything else that is said.
 */
export function memoryWords(content: string): string | undefined {
  const statement = rememberCommand(content);
  if (statement !== undefined) return `remember ${statement}`;
  const query = forgetCommand(content);
  return query === undefined ? undefined : `forget ${query}`;
}
