export const USAGE = `Usage: rubberduck ask "question" [-] [options]
       rubberduck chat [--folder DIR] [--store DIR] [--conversation ID]
       rubberduck memory TASK [options]
       rubberduck serve [--folder DIR] [--store DIR] [--port N] [--json]
       rubberduck access create NAME [--expires 30d] | list | revoke NAME | link
       rubberduck top [--folder DIR] [--store DIR] [--json]
       rubberduck doctor [--folder DIR] [--store DIR] [--json]
       rubberduck store verify|export|info [--store DIR] [--json]

ask     Asks about the code in a folder and prints the answer. Without a model it answers from the files. The question may
        come from standard input; with - behind it, what standard input holds goes along:  git diff | rubberduck ask "Why?" -
chat    A conversation in the terminal, the same that an editor on the folder shows; /help there says the keys
memory  What is remembered in a folder's workspace, and in all: of a running editor, or read from the store.
          list [KIND]          all memories, or the facts, decisions, preferences, conventions, tasks, corrections
          search WORDS         what is remembered or was said about something, the likeliest first
          remember TEXT        remember this
          forget ID... [--everywhere] [--now]
                               forget these: gone at once, and for good in ten minutes, or --now.
                               With --everywhere the messages that say it go, too
          unforget ID...       bring back what is not gone for good
          undo                 take the last change back
          export [FILE]        all memories with their sources, as JSON (not encrypted!)
          import FILE          take in what "memory export" wrote; - reads standard input
          test                 ask for what is stored and say how much of it comes back
          overview             how much is remembered, and how well
serve   Lets other clients into the conversations of a folder until it is ended: prints where, and the token that lets them in.
        While an editor has the folder open, they join its conversations
access  Who may come into the conversations at their port: create makes a token for NAME and prints it this once, list shows
        those that are good, revoke takes one back at once, link prints an address that opens the panel in a browser, once
top     How the process that has a folder's conversations goes: every two seconds on a terminal, else once
doctor  Says whether folder, model, code index, store, keys and memory work, and what to do where not
store   Looks at what is kept, and changes nothing: verify reads all of it and says what is damaged, export prints
        every conversation and memory (not encrypted!), info says how much there is.

  --folder DIR      the folder to ask about (default: the current one)
  --store DIR       ask: keep the conversation there (default: nothing is kept)
                    memory, store: which one (default: that of the editor)
  --conversation ID chat: open this one (default: a new one)
  --no-color        chat: no colours (also with NO_COLOR=1)
  --screen-reader   chat: plain lines, in words (also with INK_SCREEN_READER=true)
  --port N          serve: listen there on 127.0.0.1 (default: any that is free; none: on the private socket alone)
  --expires TIME    access create: how long the token is good, as 30m, 12h or 30d (default: until it is revoked)
  --limits JSON     serve: other limits than the default ones, such as '{"sockets": 100}': docs/gateway.md
  --base-url URL    OpenAI-compatible endpoint, with its version path (or RUBBERDUCK_BASE_URL)
  --model NAME      model name (or RUBBERDUCK_MODEL)
  --context-window TOKENS
                    what the model takes in all (or RUBBERDUCK_CONTEXT_WINDOW; default: 8192 until the endpoint says otherwise)
  --key-file FILE   file with the API key, readable by you alone (or OPENAI_API_KEY)
  --recovery-code-file FILE
                    file with the recovery code of a store that is locked here (or RUBBERDUCK_RECOVERY_CODE)
  --format FORMAT   ask: print the answer as text (default), markdown or json
  --json            ask: as --format json, one object: answer, model, conversationId, sources
                    memory search: print [{"id", "kind", "text", "score", "signals", "source"}]; other tasks: what they answer
                    store: print JSON, for export one object a line
  --help            show this

Exit codes: 0 done, 1 failed or damaged, 2 wrong usage, 3 store locked, 4 no model or owner`;

/** The command line makes no sense; the message says how. */
export class UsageError extends Error {}
