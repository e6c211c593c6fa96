import { ECHO, type Fault, KEY, notTheApi, silent, status, stream, unavailable, WEB_PAGE } from "./fault.ts";

/** Faults of the answer as a whole: the same whether a stream or a document was asked for. */
export const httpFaults: readonly Fault[] = [
  {
    name: "429",
    reply: status(429),
    expect: { code: "rateLimited", says: /answered 429: too many requests\. Wait a moment/, requests: 3 },
  },
  {
    name: "429 that asks for 2 s",
    reply: status(429, ECHO, { "retry-after": "2" }),
    expect: { code: "rateLimited", says: /wait 2 seconds/, requests: 3 },
  },
  {
    name: "429 that asks for an hour",
    reply: status(429, ECHO, { "retry-after": "3600" }),
    expect: { code: "rateLimited", says: /wait 1 hour/ },
  },
  {
    name: "429 until a date ten seconds after the fake clock starts",
    reply: status(429, ECHO, { "retry-after": "Fri, 02 Jan 2026 03:04:15 GMT" }),
    expect: { code: "rateLimited", says: /wait 10 seconds|Wait a moment/, requests: 3 },
  },
  {
    name: "429 with a senseless wait",
    reply: status(429, ECHO, { "retry-after": "soon" }),
    expect: { code: "rateLimited", says: /Wait a moment/, requests: 3 },
  },
  {
    name: "429 because the quota is used up",
    reply: status(429, { error: { message: "You exceeded your current quota", code: "insufficient_quota" } }),
    expect: { code: "rateLimited", says: /quota of this key is used up/ },
  },
  { name: "500", reply: status(500), expect: unavailable(/answered 500: the server failed/) },
  {
    name: "502 with a web page",
    reply: status(502, WEB_PAGE, { "content-type": "text/html" }),
    expect: unavailable(/answered 502: the server failed\. Try again in a moment\.$/),
  },
  {
    name: "503 that asks for 1 s",
    reply: status(503, ECHO, { "retry-after": "1" }),
    expect: unavailable(/answered 503/),
  },
  {
    name: "500 with an error page of 20 MB",
    reply: status(500, "x".repeat(20_000_000)),
    expect: unavailable(/answered 500/),
    costly: true,
  },
  { name: "408", reply: status(408), expect: unavailable(/answered 408: it gave up waiting/) },
  {
    name: "400",
    reply: status(400),
    expect: {
      code: "modelRefused",
      says: /answered 400: it refused the request\. It said: "You sent the key \[key\]\. an/,
    },
  },
  {
    name: "401",
    reply: status(401),
    expect: { code: "keyRefused", says: /answered 401: the key was refused\. Run 'RubberDuck: Set API Key'\.$/ },
  },
  {
    name: "401 without a key",
    reply: status(401),
    expect: { code: "keyRefused", says: /answered 401: it asks for a key\. Run 'RubberDuck: Set API Key'\.$/ },
    keyless: true,
  },
  { name: "402", reply: status(402), expect: { code: "modelRefused", says: /no credit left/ } },
  {
    name: "403",
    reply: status(403),
    expect: { code: "keyRefused", says: /answered 403: this key may not use "duck-1"/ },
  },
  {
    name: "404",
    reply: status(404),
    expect: { code: "modelRefused", says: /answered 404: it has no model "duck-1", or its base URL.*\/v1/ },
  },
  { name: "405", reply: status(405), expect: notTheApi(/not the OpenAI API\. Check the base URL/) },
  {
    name: "413",
    reply: status(413),
    expect: { code: "modelRefused", says: /answered 413: the message is larger than it takes/ },
  },
  {
    name: "422 in FastAPI's form",
    reply: status(422, { detail: [{ msg: "extra field" }] }),
    expect: { code: "modelRefused", says: /It said: ".*extra field/ },
  },
  {
    name: "a redirect to another host",
    reply: status(307, "", { location: `http://user:pw@other.example.test/v1/x?key=${KEY}` }),
    expect: notTheApi(/a redirect to http:\/\/other\.example\.test\/v1\/x\. It was not followed/),
  },
  {
    name: "a redirect on the same host",
    reply: status(308, "", { location: "/v2" }),
    expect: notTheApi(/a redirect to http:\/\/127\.0\.0\.1:\d+\/v2\. It was not followed/),
  },
  {
    name: "a redirect to nowhere",
    reply: status(302, "", { location: "http://[" }),
    expect: notTheApi(/answered 302: a redirect\./),
  },
  {
    name: "no answer at all",
    reply: { type: "hang" },
    expect: silent(/did not answer within 60 seconds/),
    silence: { after: "", ms: 60_000 },
  },
  {
    name: "an error whose text never ends",
    reply: { type: "raw", status: 500, chunks: ["oops"], ending: "hang" },
    expect: silent(/began to answer, then sent nothing for 60 seconds/),
    silence: { after: "", ms: 60_000 },
  },
  stream(
    "a web page with status 200",
    notTheApi(
      /answered with a web page, which is not the OpenAI API\. Check the base URL: it often has to end with \/v1/,
    ),
    [WEB_PAGE],
    { headers: { "content-type": "text/html; charset=utf-8" } },
  ),
  stream("another content type", notTheApi(/answered with application\/xml/), ["<x/>"], {
    headers: { "content-type": "application/xml" },
  }),
  stream("an empty document", notTheApi(/not JSON/), [], { headers: { "content-type": "application/json" } }),
  stream("damaged compression", { ...unavailable(/sent a damaged compressed answer/), requests: 1 }, ["not gzip"], {
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
  }),
  stream("a connection cut before the answer", unavailable(/closed the connection/), [], {
    headers: { "content-type": "application/json" },
    ending: "cut",
  }),
];
