import { randomUUID } from "node:crypto";
import type { Answer } from "./fake-model.ts";

const USAGE = {
  input_tokens: 10,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 5,
};

/** One answer as the body of `/v1/messages` without streaming. */
export function renderMessage(answer: Answer, model: string): string {
  const content =
    answer.kind === "text"
      ? { type: "text", text: answer.text }
      : { type: "tool_use", id: answer.id, name: answer.call.name, input: answer.call.input };
  return JSON.stringify({
    ...envelope(model),
    content: [content],
    stop_reason: stopReason(answer),
    usage: USAGE,
  });
}

/** The same answer as a stream of server-sent events. */
export function renderMessageStream(answer: Answer, model: string): string {
  const start =
    answer.kind === "text"
      ? { type: "text", text: "" }
      : { type: "tool_use", id: answer.id, name: answer.call.name, input: {} };
  const delta =
    answer.kind === "text"
      ? { type: "text_delta", text: answer.text }
      : { type: "input_json_delta", partial_json: JSON.stringify(answer.call.input) };
  const events = [
    { type: "message_start", message: { ...envelope(model), content: [], stop_reason: null, usage: USAGE } },
    { type: "content_block_start", index: 0, content_block: start },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: stopReason(answer), stop_sequence: null }, usage: USAGE },
    { type: "message_stop" },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

function envelope(model: string): Record<string, unknown> {
  return {
    id: `msg_${randomUUID().replaceAll("-", "")}`,
    type: "message",
    role: "assistant",
    model,
    stop_sequence: null,
  };
}

function stopReason(answer: Answer): string {
  return answer.kind === "text" ? "end_turn" : "tool_use";
}
