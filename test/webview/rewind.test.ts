import assert from "node:assert/strict";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";

/** Going back to before a message, and bringing back what left the view. */

const check = panelCheck(controls, { saved: { draft: "", conversationId: "c1" } });

function controls({ page, host }: OpenPanel) {
  return {
    ask: async (text: string) => {
      const message = page.getByRole("article", { name: /^You/ }).filter({ hasText: text });
      await message.hover();
      await message.getByRole("button", { name: "Go back to before this message" }).click();
    },
    choices: page.getByRole("group", { name: "Go back to before this message" }),
    box: page.getByRole("textbox", { name: "Message" }),
    rewound: page.locator(".rewound"),
    requests: () => host.calls("rubberduck/edit/rewind").map(({ conversationId: _, ...params }) => params),
  };
}

async function talk(host: FakeHost): Promise<void> {
  await host.turn("c1", "t1", "Why does it float?", { text: "It is lighter." });
  await host.turn("c1", "t2", "And swim?", { text: "Webbed feet." });
  await host.turn("c1", "t3", "And fly?", { text: "Wings." });
}

async function talkWithFiles(host: FakeHost): Promise<void> {
  host.reviews.rewinding = {
    restored: ["src/a.ts", "src/b.ts"],
    kept: [{ label: "src/c.ts", why: "Somebody changed it since." }],
  };
  await talk(host);
}

check(
  "it is said first what would go back and what would stay, and nothing is done yet",
  async ({ page, ask, choices, requests }) => {
    await ask("And swim?");
    await choices.getByText("Goes back: src/a.ts, src/b.ts.").waitFor();
    await choices.getByText("Stays as it is: src/c.ts. Somebody changed it since.").waitFor();
    await page.keyboard.press("Escape");
    await choices.waitFor({ state: "detached" });
    assert.deepEqual(requests(), [{ turnId: "t2", files: true, conversation: true, check: true }]);
    assert.equal(await page.evaluate(() => document.activeElement?.className), "message-user");
  },
  talkWithFiles,
);

check(
  "files and conversation go back: the message is in the box, and what followed can come back",
  async ({ page, ask, choices, box, rewound, requests, host }) => {
    await ask("And swim?");
    await choices.getByRole("button", { name: "Files and conversation" }).click();
    await rewound.getByText("2 messages left the view").waitFor();
    await rewound.getByText("Went back: src/a.ts, src/b.ts").waitFor();
    await rewound.getByText("Stayed as it is: src/c.ts. Somebody changed it since.").waitFor();
    assert.equal(await box.inputValue(), "And swim?");
    assert.equal(await page.getByText("Webbed feet.").count(), 0);
    assert.deepEqual(requests().at(-1), { turnId: "t2", files: true, conversation: true });
    await rewound.getByRole("button", { name: "Bring back" }).click();
    await page.getByText("Wings.").waitFor();
    assert.equal(await box.inputValue(), "");
    assert.equal(await rewound.count(), 0);
    assert.deepEqual(host.calls("rubberduck/conversation/showBranch"), [{ conversationId: "c1", turnId: "t2" }]);
  },
  talkWithFiles,
);

check(
  "only the files go back, and the conversation stays",
  async ({ page, ask, choices, box, rewound, requests }) => {
    await ask("And swim?");
    await choices.getByRole("button", { name: "Only files" }).click();
    await rewound.getByText("Went back: src/a.ts, src/b.ts").waitFor();
    await page.getByText("Wings.").waitFor();
    assert.equal(await box.inputValue(), "");
    assert.deepEqual(requests().at(-1), { turnId: "t2", files: true, conversation: false });
    await rewound.getByRole("button", { name: "Close" }).click();
    await rewound.waitFor({ state: "detached" });
  },
  talkWithFiles,
);

check(
  "only the conversation goes back, also to before its first message, beside what stands in the box",
  async ({ ask, choices, box, rewound, requests }) => {
    await box.fill("a thought");
    await ask("Why does it float?");
    await choices.getByRole("button", { name: "Only conversation" }).click();
    await rewound.getByText("3 messages left the view").waitFor();
    assert.equal(await rewound.getByText("Went back").count(), 0);
    assert.equal(await box.inputValue(), "a thought\nWhy does it float?");
    assert.deepEqual(requests().at(-1), { turnId: "t1", files: false, conversation: true });
  },
  talkWithFiles,
);

check(
  "without changed files there is one way back",
  async ({ ask, choices, requests }) => {
    await ask("And fly?");
    await choices.getByText("No file was changed since.").waitFor();
    assert.deepEqual(await choices.getByRole("button").allInnerTexts(), ["Go back", "Cancel"]);
    await choices.getByRole("button", { name: "Go back" }).click();
    await waitUntil(() => requests().length === 2);
    assert.deepEqual(requests().at(-1), { turnId: "t3", files: false, conversation: true });
  },
  talk,
);

check(
  "what could not go back is said at the message",
  async ({ host, ask, choices }) => {
    await ask("And fly?");
    await choices.getByRole("button", { name: "Go back" }).waitFor();
    host.failures.set("rubberduck/edit/rewind", { code: "tooLate", message: "An answer is under way. Stop it first." });
    await choices.getByRole("button", { name: "Go back" }).click();
    await choices.getByRole("alert").getByText("An answer is under way. Stop it first.").waitFor();
    host.failures.clear();
    await choices.getByRole("button", { name: "Go back" }).click();
    await choices.waitFor({ state: "detached" });
  },
  talk,
);
