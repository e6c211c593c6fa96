/**
 * What kind of client it is. panel: VS Code. browser: the panel as a page. terminal: `rubberduck` in a terminal. The others join
 * conversations over the gateway: cli reads text, tui ANSI, liveview HTML, websocket JSON.
 */
export type ClientType = "panel" | "browser" | "terminal" | "cli" | "tui" | "liveview" | "websocket";

/** Where a client is in a conversation, told while it is followed: nothing of it is kept. */
export interface Participant {
  /** Chosen by the client, unique: a new one for each place it looks from. */
  readonly id: string;
  /** The person, as others see them: the name of the user's account or of a token. */
  readonly name: string;
  readonly client: ClientType;
  /** What a person calls the client, when its type does not say it: "Neovim". */
  readonly app?: string;
  /** Since when it has been here, ISO 8601. */
  readonly onlineAt: string;
  /** Its person is writing. */
  readonly typing?: true;
  /** The file that it shows, where it shares that; relative to its workspace folder. */
  readonly file?: string;
}

/** Who is in the conversation now, all of them, oldest first: when that changes, and once to whoever begins to follow it. */
export interface PresenceEvent {
  readonly type: "presence";
  readonly participants: readonly Participant[];
}

/** Who follows a conversation, for others to see. */
export type Newcomer = Pick<Participant, "id" | "client" | "app" | "file"> & {
  /** Absent: the name of the user's account. */
  readonly name?: string;
};

/** A change of what others see of a client; null takes it away. */
export interface PresenceUpdate {
  readonly conversationId: string;
  /** Of the {@link Newcomer}. */
  readonly id: string;
  readonly typing?: boolean;
  readonly file?: string | null;
}
