import { randomUUID } from "node:crypto";

/** A tool as the client offers it, and what the tests want called. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the client was told by a tool: the content of a `tool_result` block, flattened to text. */
export interface ToolResult {
  readonly name: string;
  readonly isError: boolean;
  readonly text: string;
}

export type Answer =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly id: string; readonly call: ToolCall };

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
  readonly content?: string | readonly Block[];
}

/** The part of a request to `/v1/messages` that the model reads. */
export interface MessagesRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string }[];
  readonly messages: readonly {
    readonly role: "user" | "assistant";
    readonly content: string | readonly Block[];
  }[];
}

const CALL_LINE = /^CALL (\{.*\})$/gm;

/** A prompt that makes the model call these tools, one after the other, and then answer with `closing`. */
export function promptForTools(calls: readonly ToolCall[], closing: string): string {
  return [...calls.map((call) => `CALL ${JSON.stringify(call)}`), `END ${closing}`].join("\n");
}

/** The model's next turn: the first tool of the prompt that it has not called yet, else the closing words. */
export function nextAnswer(request: MessagesRequest): Answer {
  const prompt = request.messages
    .flatMap((message) => (message.role === "user" ? texts(message.content) : []))
    .join("\n");
  const calls = [...prompt.matchAll(CALL_LINE)].map(([, json]) => JSON.parse(json ?? "") as ToolCall);
  const made = request.messages.flatMap((message) =>
    message.role === "assistant" ? blocks(message.content).filter((block) => block.type === "tool_use") : [],
  ).length;
  const call = calls[made];
  const isOffered = call !== undefined && request.tools?.some((tool) => tool.name === call.name);
  if (isOffered === true) return { kind: "tool", id: `toolu_${randomUUID().replaceAll("-", "")}`, call };
  const [, closing = "pong"] = /^END (.*)$/m.exec(prompt) ?? [];
  return { kind: "text", text: closing };
}

/** What the tools told the client so far in this conversation, in order. */
export function toolResults(request: MessagesRequest): ToolResult[] {
  const all = request.messages.flatMap((message) => blocks(message.content));
  const names = new Map(
    all.flatMap(({ type, id, name }) => (type === "tool_use" ? [[id, name ?? ""] as const] : [])),
  );
  return all
    .filter((block) => block.type === "tool_result")
    .map((block) => ({
      name: names.get(block.tool_use_id) ?? "",
      isError: block.is_error === true,
      text: texts(block.content ?? "").join("\n"),
    }));
}

function blocks(content: string | readonly Block[]): readonly Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function texts(content: string | readonly Block[]): string[] {
  return blocks(content).flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : []));
}
