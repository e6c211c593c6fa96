import type { FrameLocator, Locator, Page } from "playwright-core";
import type { EditorWindow } from "./editorWindow.ts";
import { until } from "./until.ts";

/** The chat wherever it is drawn, used as a person uses it: in a panel or as a page of its own. */
export class ChatPage {
  readonly frame: FrameLocator | Page;
  readonly box: Locator;
  /** The user's last message. */
  readonly message: Locator;
  /** The answer to it, once there is one. */
  readonly answer: Locator;
  /** What went wrong with an answer. */
  readonly error: Locator;

  constructor(frame: FrameLocator | Page) {
    this.frame = frame;
    this.box = frame.getByRole("textbox", { name: "Message" });
    this.message = frame.getByRole("article", { name: /^You/ }).last();
    this.answer = frame
      .getByRole("article")
      .last()
      .and(frame.getByRole("article", { name: /^RubberDuck/ }));
    this.error = frame.getByRole("alert");
  }

  async ask(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
    await this.message.filter({ hasText: text }).waitFor();
  }

  /** Waits until the last answer shows this text. */
  async says(text: string | RegExp): Promise<void> {
    await this.answer.filter({ hasText: text }).waitFor();
  }

  /** Waits until the last answer has ended, and returns its words without what stands around them. */
  async finished(): Promise<string> {
    await this.answer.and(this.frame.locator('[aria-busy="false"]')).waitFor();
    return this.words();
  }

  /** The words of the last answer so far. */
  async words(): Promise<string> {
    const texts = await this.answer.locator(".markdown").allInnerTexts();
    return texts.join("").trim();
  }

  /** By keyboard: the buttons of an answer are shown, and take clicks, only under the pointer or with the focus. */
  async regenerate(): Promise<void> {
    const actions = this.answer.getByRole("toolbar", { name: "Answer actions" });
    await actions.getByRole("button", { name: "Regenerate" }).press("Enter");
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }

  /** How many pixels the page, or a part of it that scrolls up and down, is wider than what is shown of it. */
  overflow(): Promise<number> {
    const parts = this.frame.locator("html, main, [role=log]");
    return parts.evaluateAll((all) =>
      Math.max(...all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)),
    );
  }
}

/** RubberDuck's panel in one window. */
export class Chat extends ChatPage {
  readonly window: EditorWindow;
  /** The page in the panel. It stays good over a reload of the window. */
  declare readonly frame: FrameLocator;

  private constructor(window: EditorWindow, frame: FrameLocator) {
    super(frame);
    this.window = window;
  }

  static async open(window: EditorWindow): Promise<Chat> {
    return new Chat(window, await window.panel());
  }

  /** Waits until this model answers, as the panel names it: "Offline" for none. */
  async ready(model: string, host = ""): Promise<void> {
    await this.window.panel();
    await this.button(`Model: ${model}`).and(this.frame.getByTitle(host)).waitFor();
  }

  /** An empty conversation and an empty box. */
  async startAfresh(): Promise<void> {
    await this.window.panel();
    // VS Code draws its buttons anew when another part gets the focus: a click in that moment is lost.
    await until(async () => {
      await this.window.page.getByRole("button", { name: "New Conversation" }).click();
      await this.frame.getByRole("main", { name: "Welcome" }).waitFor({ timeout: 5_000 });
      return true;
    }, "an empty conversation");
    await this.box.fill("");
  }

  /** Makes the page in the panel this wide, by its border as a person would. */
  async resize(width: number): Promise<void> {
    const page = this.window.page;
    await until(async () => {
      const clientWidth = await this.frame.locator("html").evaluate((html) => html.clientWidth);
      if (clientWidth === width) return true;
      const edge = await page.locator(".part.sidebar").boundingBox();
      if (edge === null) return false;
      const [x, y] = [edge.x + edge.width, edge.y + edge.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + width - clientWidth, y, { steps: 3 });
      await page.mouse.up();
      return false;
    }, `a panel of ${width} pixels`);
  }
}
