import { tellsTime } from "./dates.ts";
import { namedSpeaker, questionsIn, spoken } from "./sentences.ts";
import { ends, termsOfText } from "./terms.ts";

/** What is to be seen of a turn without any question. */
export interface TurnShape {
  /** 0..1: how much of it tells something, and does not ask. */
  readonly tells: number;
  /** 0..1: how long it is; 1 from 60 words on. */
  readonly length: number;
  readonly tellsTime: boolean;
  /** Who says it, in terms; empty when that is only a role. */
  readonly speaker: readonly string[];
}

const LONG = 60;

export function shapeOf(text: string, speaker: string): TurnShape {
  const said = ends(spoken(text)).trim();
  const words = said.split(/\s+/).length;
  const isRole = speaker === "" || speaker === "user" || speaker === "assistant";
  return {
    tells: said === "" ? 0 : Math.max(0, 1 - questionsIn(said).length / said.length),
    length: said === "" ? 0 : Math.min(1, Math.log(1 + words) / Math.log(1 + LONG)),
    tellsTime: tellsTime(said),
    speaker: termsOfText(isRole ? (namedSpeaker(text) ?? "") : speaker),
  };
}
