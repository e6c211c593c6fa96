/** Whether everything that RubberDuck needs works, and what to do where it does not. */
export interface DoctorRequests {
  /**
   * Looks at model, index, store, keys and memory, one check each, in this order. Asks the configured endpoint for its list of models and
   * nobody else; changes nothing. A check that cannot be made is a problem with its cause, and so is one that takes more than
   * five seconds, or twelve where the model is asked.
   */
  "rubberduck/doctor/run": { params: Record<string, never>; result: { checks: readonly DoctorCheck[] } };
}

export interface DoctorCheck {
  readonly id: "folder" | "model" | "index" | "store" | "keys" | "memory";
  /** One word: "Model". */
  readonly title: string;
  /** warning: it works, or could, but not as well. problem: it does not work. */
  readonly state: "ok" | "warning" | "problem";
  /** How it is, in a sentence or two. Holds no secret. */
  readonly finding: string;
  /** What to do, in a sentence or two; absent when it is ok. */
  readonly remedy?: string;
  /** The editor's command that does it: "rubberduck.chooseModel". */
  readonly command?: string;
}
