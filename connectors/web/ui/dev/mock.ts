/** Vite middleware that speaks the gateway's wire, to try the pages by hand: `npm run dev`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { Refusal, STUDENT, TEACHER } from "./practice-world.ts";
import { add, deskListeners, event, handoffs, newTalk, requestHandoff, respond, setState, talks } from "./world.ts";

type Body = Record<string, string | undefined>;
type Route = (body: Body, parts: string[], query: URLSearchParams, response: ServerResponse) => unknown;

const must = <T>(value: T | undefined): T => { if (value === undefined) throw new Refusal(404, "没有找到"); return value; };

const ROUTES: [string, RegExp, Route][] = [
  ["GET", /^clinic$/, () => ({ name: "杏林示范医院", phone: "010-5550 0100", emergency: "120", hours: "08:00–17:00", wechat: true })],
  ["POST", /^conversations$/, () => ({ conversation: newTalk(crypto.randomUUID()).id })],
  ["POST", /^link$/, () => ({ code: "7K3MQ-9X2H-A5WD", until: new Date(Date.now() + 600_000).toISOString(), seconds: 600, qr: null, words: "", typed: "也可以在微信公众号里发送：绑定 7K3MQ-9X2H-A5WD" })],
  ["POST", /^messages$/, post],
  ["GET", /^messages$/, (_, __, query) => ({ messages: must(talks.get(query.get("conversation") ?? "")).messages.filter((one) => one.seq > Number(query.get("since"))).slice(0, Number(query.get("limit") ?? 200)) })],
  ["GET", /^events$/, (_, __, query, response) => {
    const talk = must(talks.get(query.get("conversation") ?? ""));
    stream(response, talk.listeners);
    event([response], "state", talk.state);
    for (const one of talk.messages.filter((message) => message.seq > Number(query.get("since")))) event([response], "message", one, one.seq);
  }],
  ["POST", /^desk\/login$/, (body) => { if (body["key"] !== "demo") throw new Refusal(401, "密钥不对，请核对后再试"); return null; }],
  ["GET", /^desk\/handoffs$/, () => ({ handoffs: [...handoffs.values()].filter((one) => one.status !== "closed") })],
  ["GET", /^desk\/events$/, (_, __, ___, response) => stream(response, deskListeners)],
  ["GET", /^desk\/handoffs\/(\w+)$/, (_, [id]) => { const one = must(handoffs.get(id ?? "")); return { handoff: one, messages: must(talks.get(one.talk)).messages }; }],
  ["POST", /^desk\/handoffs\/(\w+)\/(\w+)$/, desk],
  ...[...STUDENT, ...TEACHER] as [string, RegExp, Route][],
];

function post(body: Body): unknown {
  const talk = must(talks.get(body["conversation"] ?? ""));
  const known = talk.messages.find((one) => one.client_id === body["id"]);
  const button = talk.messages.flatMap((one) => one.buttons).find((one) => one.id === body["button"]);
  const text = button?.label ?? body["text"] ?? "";
  if (!text.trim()) throw new Refusal(422, "请输入要说的话");
  const turn = `t${body["id"]}`;
  if (!known) {
    add(talk, "patient", { text }, turn, body["id"] ?? null);
    void respond(talk, text, turn);
  }
  return { conversation: talk.id, id: body["id"] };
}

function desk(body: Body, [id, verb]: string[]): unknown {
  const one = must(handoffs.get(id ?? ""));
  const talk = must(talks.get(one.talk));
  if (verb === "messages") return { message: add(talk, "nurse", { text: body["text"] ?? "" }, null, body["id"] ?? null) };
  if (verb === "accept") {
    if (one.status !== "requested") throw new Refusal(409, "已由同事接手");
    Object.assign(one, { status: "accepted", nurse: "王敏", unread: 0 });
    setState(talk, { mode: "handoff", handoff: { id: one.id, status: "accepted", nurse: "王敏", ahead: 0 } });
  } else {
    Object.assign(one, { status: "closed" });
    setState(talk, { mode: "assistant", handoff: null });
    add(talk, "bot", { kind: "notice", text: "护士已结束这次接待，杏林助手继续为您服务。" });
  }
  event(deskListeners, "handoff", one);
  return { handoff: one };
}

function stream(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": ping\n\n");
  listeners.add(response);
  const ping = setInterval(() => response.write(": ping\n\n"), 15_000);
  response.on("close", () => { clearInterval(ping); listeners.delete(response); });
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text ? JSON.parse(text) as Body : {};
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname.replace("/api/v1/", "");
  const send = (status: number, type: string, data: unknown) => response.writeHead(status, { "Content-Type": type }).end(data === null ? "" : JSON.stringify(data));
  try {
    const [, pattern, route] = must(ROUTES.find(([method, shape]) => method === request.method && shape.test(path)));
    const result = await route(await bodyOf(request), (pattern.exec(path) ?? []).slice(1), url.searchParams, response);
    if (result !== undefined) send(result === null ? 204 : 200, "application/json", result);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    send(status, "application/problem+json", { type: "about:blank", title: (error as Error).message, status });
  }
}

function seed(): void {
  const say = (text: string) => { const talk = newTalk(crypto.randomUUID()); add(talk, "patient", { text }); return talk; };
  requestHandoff(say("我想问一下住院手续怎么办"), "asked", "患者要求人工");
  requestHandoff(say("孩子三个月，发烧 39 度，一直哭"), "red_flag", "婴儿发热");
}

export function mockGateway(): Plugin {
  return {
    name: "mock-gateway", apply: "serve",
    configureServer(server) {
      seed();
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/api/v1/")) return void answer(request, response);
        if (/^\/(desk|practice|teacher)(\?|$)/.test(request.url ?? "")) request.url = request.url?.replace(/^\/(desk|practice|teacher)/, "/$1.html") ?? "/";
        next();
      });
    },
  };
}
