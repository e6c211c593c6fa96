import "@vscode/codicons/dist/codicon.css";
import "./styles.css";
import "./memory.css";
import "./review.css";
import { render } from "preact";
import { EditorHost, type WebviewApi } from "./editorHost.ts";
import { Panel } from "./panel.ts";
import { App } from "./views/app.tsx";

declare function acquireVsCodeApi(): WebviewApi;

async function main(): Promise<void> {
  const { stateKey } = document.body.dataset;
  delete document.body.dataset.stateKey;
  const panel = new Panel(await EditorHost.open(acquireVsCodeApi(), stateKey));
  render(<App panel={panel} />, document.getElementById("root") ?? document.body);
  panel.start();
}

void main();
