import type { Refused } from "./draft.ts";

/** Tells a model in which form to give edits; the form itself is described at edits/blocks.ts. */
export const EDIT_FORMAT = `Your answer proposes changes of files. Nothing is written before the user has accepted it. Say in one or two sentences what you change and why, then give every change as a block of exactly this form:

path/of/the/file.ts
<<<<<<< SEARCH
lines as they stand in the file now
=======
lines that shall stand in their place
>>>>>>> REPLACE

- The line before the block is the path of the file, as it was given to you.
- SEARCH holds whole lines, copied exactly, with their indentation, and just as many around the change that they stand in one place of the file only. Never shorten them with "...".
- Keep blocks small; give several for several places. Never give a whole file that exists.
- A new file: leave SEARCH empty. To delete a file, write under its path: <<<<<<< DELETE >>>>>>>
- Where lines hold such markers themselves, make all three markers of the block longer, to the same length.
- Change only what was asked for. Follow the project's rules and what is remembered; do not propose again what the user rejected.
- When nothing needs to change, say so, without a block.`;

/** A model that gets more than these wrong does not get them right by being told of all. */
const MAX_REPAIRED = 20;
const MAX_SHOWN = 4000;

/** Asks once more for what did not fit. */
export function repairQuestion(asked: string, refused: readonly Refused[]): string {
  const each = refused.slice(0, MAX_REPAIRED).map(({ label, why, shown = "" }) => {
    const block = shown.length <= MAX_SHOWN ? shown : "It is too long to be given here.";
    return `${label ?? "A block without a path"}: ${why}${block === "" ? "" : `\n${block}`}`;
  });
  return [
    asked,
    "You have proposed changes for this already. These could not be used; give only these again, in the right form, against the files as they stand now. The others are kept.",
    ...each,
  ].join("\n\n");
}
