import "@vscode/codicons/dist/codicon.css";
import "./styles.css";
import { render } from "preact";
import { EditorHost, type WebviewApi } from "./editorHost.ts";
import { Panel } from "./panel.ts";
import { App } from "./views/app.tsx";

declare function acquireVsCodeApi(): WebviewApi;

const panel = new Panel(new EditorHost(acquireVsCodeApi()));
render(<App panel={panel} />, document.getElementById("root") ?? document.body);
panel.start();
