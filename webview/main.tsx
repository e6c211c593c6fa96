import "@vscode/codicons/dist/codicon.css";
import "./styles.css";
import "./memory.css";
import "./review.css";
import { render } from "preact";
import { ChannelHost } from "./channelHost.ts";
import { EditorHost, type WebviewApi } from "./editorHost.ts";
import type { Host } from "./host.ts";
import { PageActions } from "./pageActions.ts";
import { admittedToken, forgetToken, reloadOnce } from "./pageSession.ts";
import { Panel } from "./panel.ts";
import { App } from "./views/app.tsx";

declare function acquireVsCodeApi(): WebviewApi;

async function main(): Promise<void> {
  const panel = new Panel(await openHost());
  render(<App panel={panel} />, document.getElementById("root") ?? document.body);
  panel.start();
}

/** A page of the gateway says where its sockets are; any other is an editor's. */
async function openHost(): Promise<Host> {
  const { stateKey, gateway: path } = document.body.dataset;
  delete document.body.dataset.stateKey;
  if (path === undefined) return EditorHost.open(acquireVsCodeApi(), stateKey);
  const token = await admittedToken().catch(() => undefined);
  return new ChannelHost({
    path,
    token,
    actions: new PageActions(),
    onRefused: forgetToken,
    onOtherVersion: reloadOnce,
  });
}

void main();
