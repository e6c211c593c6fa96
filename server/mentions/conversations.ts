import type { MentionSuggestion } from "../protocol/mentions.ts";
import type { ConversationSummary } from "../protocol/requests.ts";
import { fuzzyMatch } from "../workspace/fuzzy.ts";

/** Other conversations by their title; without a query the newest. None that is incognito: a mention of it would be kept. */
export function conversationSuggestions(
  conversations: readonly ConversationSummary[],
  query: string,
  current: string | undefined,
  limit: number,
): MentionSuggestion[] {
  return conversations
    .filter(({ conversationId, messages, incognito }) => conversationId !== current && messages > 0 && !incognito)
    .flatMap((summary, age) => {
      // A slash in a title is no folder, and a blank in it cannot be typed.
      const match = fuzzyMatch(query, summary.title.replace(/[/\s]/g, "-"));
      return match === undefined ? [] : [{ summary, match, score: query === "" ? -age : match.score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ summary: { conversationId, title, messages }, match }) => ({
      attachment: { kind: "conversation", conversationId, title },
      label: title,
      detail: messages === 1 ? "1 message" : `${messages} messages`,
      letters: match.letters,
    }));
}
