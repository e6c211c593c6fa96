import { z } from "zod";

/** One conversation of a set in LoCoMo's format (Maharana et al. 2024): what was said, and what is asked about it. */
export interface Talk {
  readonly id: string;
  readonly turns: readonly TalkTurn[];
  readonly questions: readonly TalkQuestion[];
  /** Of the last session. */
  readonly nowMs: number;
}

export interface TalkTurn {
  readonly id: string;
  /** As the set writes it, and counted from 0 within the session. */
  readonly session: string;
  readonly position: number;
  readonly atMs: number;
  /** The date of the session in words, "" when it has none. */
  readonly date: string;
  readonly name: string;
  readonly role: "user" | "assistant";
  /** What is said, with the caption of what is shown. */
  readonly text: string;
}

export interface TalkQuestion {
  readonly text: string;
  readonly category: number;
  /** Ids of turns; at least one. */
  readonly evidence: ReadonlySet<string>;
}

const Turn = z.looseObject({
  speaker: z.string(),
  dia_id: z.string(),
  text: z.string(),
  blip_caption: z.string().nullish(),
});

const Question = z.looseObject({
  question: z.union([z.string(), z.number()]).transform(String),
  category: z.number(),
  evidence: z.array(z.string()).nullish(),
});

const LocomoSet = z.array(
  z.looseObject({
    sample_id: z.union([z.string(), z.number()]).transform(String).optional(),
    conversation: z.record(z.string(), z.unknown()),
    qa: z.array(Question),
  }),
);

/** Adversarial questions, which nothing answers, are of category 5. */
const LAST_CATEGORY = 4;

/** The conversations of a parsed file. Throws when it is in another format. */
export function readLocomo(json: unknown): Talk[] {
  return LocomoSet.parse(json).map(({ sample_id, conversation, qa }, i) => {
    const turns = turnsOf(conversation);
    const known = new Set(turns.map(({ id }) => id));
    const questions = qa
      .filter(({ category }) => category >= 1 && category <= LAST_CATEGORY)
      .map(({ question, category, evidence }) => ({
        text: question,
        category,
        evidence: new Set((evidence ?? []).flatMap(turnIds).filter((id) => known.has(id))),
      }))
      .filter(({ evidence }) => evidence.size > 0);
    return { id: sample_id ?? `${i}`, turns, questions, nowMs: turns.at(-1)?.atMs ?? 0 };
  });
}

function turnsOf(conversation: Readonly<Record<string, unknown>>): TalkTurn[] {
  const numbers = Object.keys(conversation)
    .flatMap((key) => /^session_(\d+)$/.exec(key)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const turns: TalkTurn[] = [];
  let atMs = 0;
  for (const number of numbers) {
    const date = z.string().catch("").parse(conversation[`session_${number}_date_time`]);
    // A session without a date follows the one before it.
    atMs = dateOf(date) ?? atMs;
    const said = z.array(Turn).parse(conversation[`session_${number}`] ?? []);
    for (const [position, turn] of said.entries())
      turns.push({ ...turnOf(turn, conversation.speaker_a), session: `${number}`, position, atMs, date });
  }
  return turns;
}

function turnOf(turn: z.infer<typeof Turn>, first: unknown): Pick<TalkTurn, "id" | "name" | "role" | "text"> {
  const caption = turn.blip_caption ? ` [${turn.blip_caption}]` : "";
  const isUser = turn.speaker === "user" || turn.speaker === first;
  return {
    id: turnIds(turn.dia_id)[0] ?? turn.dia_id,
    name: turn.speaker === "user" || turn.speaker === "assistant" ? "" : turn.speaker,
    role: isUser ? "user" : "assistant",
    text: turn.text + caption,
  };
}

/** "D8:6; D9:17", "D30:05" and "D:11:26" have been seen. */
function turnIds(text: string): string[] {
  return [...text.matchAll(/D:?(\d+):(\d+)/g)].map(([, session, turn]) => `D${Number(session)}:${Number(turn)}`);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** "1:56 pm on 8 May, 2023", or whatever else says a date. */
function dateOf(text: string): number | undefined {
  const match = /(\d+):(\d+) ([ap])m on (\d+) (\w+),? (\d{4})/i.exec(text);
  if (match === null) return Number.isNaN(Date.parse(text)) ? undefined : Date.parse(text);
  const [, hour, minute, half, day, month = "", year] = match;
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "p" ? 12 : 0);
  return Date.UTC(Number(year), MONTHS.indexOf(month.slice(0, 3).toLowerCase()), Number(day), hours, Number(minute));
}
