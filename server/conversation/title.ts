const MAX_TITLE_LENGTH = 60;

/** A title made from the first message: its first line of words, cut at a word. */
export function titleOf(content: string): string {
  const line = content.split("\n").find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? content;
  const plain = line
    .replace(/^\s*[#>]+\s|[`*]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    // What was named goes along as a chip; the title is what was asked about it.
    .replace(/^\s*(?:@[^\s@]+\s+)+(?=\S)/, "")
    .replace(/\s+/g, " ")
    .trim();
  if (plain.length <= MAX_TITLE_LENGTH) return plain || "New conversation";
  const cut = plain.slice(0, MAX_TITLE_LENGTH);
  const atWord = cut.lastIndexOf(" ");
  return `${atWord > MAX_TITLE_LENGTH / 2 ? cut.slice(0, atWord) : cut}…`;
}
