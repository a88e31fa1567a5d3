import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createCertificateAuthority } from "./fake-certificates.ts";
import { type Account, makeAccount, renderProfile, renderRoles } from "./fake-account.ts";
import { renderMessage, renderMessageStream } from "./fake-message-format.ts";
import { type MessagesRequest, nextAnswer, type ToolResult, toolResults } from "./fake-model.ts";
import { startInterceptingProxy } from "./fake-proxy.ts";
import { type RefreshAnswer, SCOPES, TokenBook } from "./fake-tokens.ts";

const REQUESTS_KEPT = 500;
const BODY_LIMIT = 16 * 1024 * 1024;

/** One request as the fake saw it. `body` holds secrets: assert on it, never print it. */
export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface FakeAnthropic {
  readonly account: Account;
  readonly tokens: TokenBook;
  readonly proxyUrl: string;
  /** PEM file of the authority that signed every certificate. */
  readonly certificatePath: string;
  readonly requests: readonly SeenRequest[];
  /** A refresh token that logs in: what a browser would have brought. */
  readonly issueRefreshToken: () => string;
  /** A code that a browser would show to be pasted: it logs in once. */
  readonly issueCode: () => string;
  /** From now on a refresh gives access tokens that live this long; 8 hours at first, as with the real servers. */
  readonly setAccessTokenSeconds: (seconds: number) => void;
  /** From now on the answer that tells a client of its new tokens takes this long; they are rotated before it. */
  readonly setRefreshDelay: (milliseconds: number) => void;
  /** How many requests there were to `path`, of one status where that is given. */
  readonly count: (path: string, status?: number) => number;
  /** What the client's tools answered, of the longest conversation whose prompt holds `marker`. */
  readonly toolResults: (marker: string) => ToolResult[];
  readonly close: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Stands in for every server that Claude Code asks: the client reaches it through `HTTPS_PROXY` and
 * trusts it through `NODE_EXTRA_CA_CERTS`. Lives in the calling process, on 127.0.0.1 alone.
 * @param account who logs in; one that no other login knows without it
 */
export async function startFakeAnthropic(account: Account = makeAccount()): Promise<FakeAnthropic> {
  const folder = await mkdtemp(join(tmpdir(), "claude-credentials-fake-"));
  const tokens = new TokenBook();
  const codes = new Set<string>();
  const requests: SeenRequest[] = [];
  let accessTokenSeconds = 8 * 3600;
  let refreshDelay = 0;

  async function refresh(body: string): Promise<Reply> {
    const { grant_type: grant, refresh_token: token = "", code = "" } = parseForm(body);
    if (grant !== "refresh_token" && grant !== "authorization_code")
      return json(400, { error: "unsupported_grant_type" });
    const isCode = grant === "authorization_code" && codes.delete(code);
    const answer: RefreshAnswer = isCode
      ? { kind: "rotated", pair: tokens.issue(accessTokenSeconds) }
      : tokens.refresh(token, accessTokenSeconds);
    await sleep(refreshDelay);
    if (answer.kind === "refused") {
      return json(400, { error: "invalid_grant", error_description: "Refresh token not found or invalid" });
    }
    return json(200, {
      token_type: "Bearer",
      access_token: answer.pair.accessToken,
      refresh_token: answer.pair.refreshToken,
      expires_in: accessTokenSeconds,
      scope: SCOPES.join(" "),
      account: { uuid: account.uuid, email_address: account.email },
      organization: { uuid: account.organizationUuid, name: account.organizationName },
    });
  }

  function messages(body: string): Reply {
    const request = JSON.parse(body) as MessagesRequest;
    const answer = nextAnswer(request);
    const model = request.model ?? "";
    if (request.stream === true) {
      return { status: 200, type: "text/event-stream", body: renderMessageStream(answer, model) };
    }
    return { status: 200, type: "application/json", body: renderMessage(answer, model) };
  }

  async function route(method: string, path: string, authorization: string, body: string): Promise<Reply> {
    if (method === "POST" && path === "/v1/oauth/token") return refresh(body);
    if (method === "POST" && path === "/v1/oauth/token/revoke") {
      tokens.revoke(parseForm(body)["token"] ?? "");
      return json(200, {});
    }
    if (path === "/api/hello" || path === "/v1/oauth/hello") return json(200, { message: "hello" });
    const isAllowed = tokens.accepts(authorization.replace(/^Bearer /, ""));
    if (!isAllowed)
      return json(401, failure("authentication_error", "OAuth token has expired or is unknown."));
    if (method === "POST" && path === "/v1/messages") return messages(body);
    if (method === "POST" && path === "/v1/messages/count_tokens") return json(200, { input_tokens: 10 });
    if (path === "/api/oauth/profile") return json(200, renderProfile(account));
    if (path === "/api/oauth/claude_cli/roles") return json(200, renderRoles(account));
    return json(404, failure("not_found_error", "Not found"));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const method = request.method ?? "";
    const [path = ""] = (request.url ?? "").split("?");
    const reply = await route(method, path, request.headers.authorization ?? "", body);
    requests.push({ method, host: request.headers.host ?? "", path, body, status: reply.status });
    if (requests.length > REQUESTS_KEPT) requests.shift();
    response
      .writeHead(reply.status, { "content-type": reply.type, "request-id": "req_local" })
      .end(reply.body);
  }

  const authority = await createCertificateAuthority(folder);
  const proxy = await startInterceptingProxy(authority, (request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  function conversations(marker: string): MessagesRequest[] {
    return requests
      .filter(({ path, status, body }) => path === "/v1/messages" && status === 200 && body.includes(marker))
      .map(({ body }) => JSON.parse(body) as MessagesRequest);
  }

  return {
    account,
    tokens,
    proxyUrl: proxy.url,
    certificatePath: authority.path,
    requests,
    issueRefreshToken: () => tokens.issue(accessTokenSeconds).refreshToken,
    issueCode: () => {
      const code = `code${randomBytes(16).toString("hex")}`;
      codes.add(code);
      return code;
    },
    setAccessTokenSeconds: (seconds) => {
      accessTokenSeconds = seconds;
    },
    setRefreshDelay: (milliseconds) => {
      refreshDelay = milliseconds;
    },
    count: (path, status) =>
      requests.filter((seen) => seen.path === path && (status === undefined || seen.status === status))
        .length,
    toolResults: (marker) =>
      conversations(marker)
        .map(toolResults)
        .reduce((longest, results) => (results.length > longest.length ? results : longest), []),
    close: async () => {
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

function failure(type: string, message: string): unknown {
  return { type: "error", error: { type, message }, request_id: "req_local" };
}

/** A body of the token endpoint: JSON or a form, as the client's version sends it. */
function parseForm(body: string): Readonly<Record<string, string | undefined>> {
  if (body.startsWith("{")) return JSON.parse(body) as Record<string, string | undefined>;
  return Object.fromEntries(new URLSearchParams(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error("request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
