import { expect, test } from "vitest";
import { requestHeaders } from "../../../../src/env/endpoint/request-headers.ts";

test("a header of the user's takes the place of ours, and goes without the token too", () => {
  const headers = [
    ["X-Api-Key", "other"],
    ["X-Gate", "open"],
  ] as const;
  const { custom, all } = requestHeaders({ kind: "api-key", token: "sk-1234567890", headers });

  expect(all).toMatchObject({ "x-api-key": "other", "x-gate": "open", "anthropic-version": "2023-06-01" });
  expect(custom).toMatchObject({ "x-api-key": "other", "x-gate": "open" });
});

test("nothing of a token is among the headers without it", () => {
  for (const kind of ["auth-token", "api-key", "oauth-token"] as const) {
    const { custom } = requestHeaders({ kind, token: "sk-1234567890", headers: [] });
    expect(JSON.stringify(custom)).not.toContain("1234567890");
  }
});

test.each(["a b", "", "a:b"])("a header of the name %j cannot be sent", (name) => {
  const request = { kind: "api-key", token: "sk-1234567890", headers: [[name, "secret-1"]] } as const;

  expect(() => requestHeaders(request)).toThrow("cannot carry");
  expect(() => requestHeaders(request)).not.toThrow("secret-1");
});
