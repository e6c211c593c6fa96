/** @jsxImportSource react */
import { render } from "ink";
import { VERSION } from "../../../server/protocol/version.ts";
import { systemClock } from "../../../server/util/clock.ts";
import { Panel } from "../../../webview/panel.ts";
import { Chat } from "./chat.ts";
import { serveAsChild } from "./servedChild.ts";
import { TerminalHost } from "./terminalHost.ts";
import { ChatView } from "./view.tsx";

export interface ChatOptions {
  /** The command line's own script, which serves, too. */
  readonly script: string;
  /** Of `serve`: folder, store, model. */
  readonly serveArgs: readonly string[];
  readonly conversationId: string | undefined;
  readonly hasColour: boolean;
  readonly isSpoken: boolean;
}

const CLEAR = "\x1b[2J\x1b[3J\x1b[H";

/** The conversation in the terminal, until its user leaves. Answers the exit code. */
export async function runChat({
  script,
  serveArgs,
  conversationId,
  hasColour,
  isSpoken,
}: ChatOptions): Promise<number> {
  // What is drawn follows the server's events in frames, as in a page.
  globalThis.requestAnimationFrame ??= (draw) =>
    setTimeout(() => draw(performance.now()), FRAME_MS) as unknown as number;
  globalThis.cancelAnimationFrame ??= (frame) => clearTimeout(frame);
  const host = new TerminalHost({
    conversationId,
    clock: systemClock,
    copy: () => {},
    onOtherVersion: (theirs) => chat.note(otherVersion(theirs)),
  });
  const panel = new Panel(host);
  const chat = new Chat(panel, { hasColour, isSpoken }, () => app.unmount());
  const child = serveAsChild({
    script,
    args: serveArgs,
    onServing: (serving) => host.serve(serving),
    onEnded: (why) => host.stop(why === "" ? "The server has ended. Leave with Ctrl+C and start again." : why),
  });
  panel.start();
  const app = render(<ChatView chat={chat} clear={() => process.stdout.write(isSpoken ? "\n" : CLEAR)} />, {
    exitOnCtrlC: false,
    isScreenReaderEnabled: isSpoken,
    incrementalRendering: !isSpoken,
    maxFps: 15,
  });
  await app.waitUntilExit();
  host.close();
  child.end();
  return 0;
}

const FRAME_MS = 33;

function otherVersion(theirs: string): string {
  return `RubberDuck ${theirs} has the conversations now, and this terminal is ${VERSION}. Should something fail, start it anew.`;
}
