/**
 * A process that finds what memoryScale.ts kept, and holds nothing else: forked with the folder and, as JSON, questions to ask.
 * Sends one message, `{"loadMs": {"words", "meaning"}, "residentMiB": {"bare", "loaded"}}`: see there.
 */
import { timed } from "./clock.ts";
import { asking, indexIn, ready } from "./indexIn.ts";
import { rounded } from "./stats.ts";

const MIB = 2 ** 20;
const [folder = "", questions = "[]"] = process.argv.slice(2);

const bare = resident();
const index = indexIn(folder, "embedded");
const words = await timed(() => index.recall(asking("anything")));
const meaning = words + (await timed(() => ready(index)));
for (const question of JSON.parse(questions)) await index.recall(asking(question));
const loaded = resident();
await index.close();
process.send?.({
  loadMs: { words: rounded(words), meaning: rounded(meaning) },
  residentMiB: { bare, loaded },
});

function resident(): number {
  return Math.round(process.memoryUsage.rss() / MIB);
}
