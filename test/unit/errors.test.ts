import { describe, expect, it } from "vitest";
import { errnoCode, isErrno } from "../../src/errors.ts";

const failed = (code: string, errno?: number) => Object.assign(new Error(code), { code, errno });

describe("errnoCode", () => {
  it.each([
    ["a name of libuv's", failed("ENOSPC", -28), "ENOSPC"],
    ["a number alone, as C++ throws it", failed("Unknown system error -122", -122), "EDQUOT"],
    ["a number alone, as fs.writeSync throws it", failed("UNKNOWN", -122), "EDQUOT"],
    ["a number that no system names", failed("UNKNOWN", -9999), "EIO"],
    ["no number at all", failed("UNKNOWN"), "EIO"],
    ["an error of ours", new Error("of ours"), undefined],
    ["no error", "ENOSPC", undefined],
  ])("%s", (_what, error, code) => {
    expect(errnoCode(error)).toBe(code);
  });

  it("lets a nameless error be asked for by its name", () => {
    expect(isErrno(failed("UNKNOWN", -122), "EDQUOT")).toBe(true);
    expect(isErrno(failed("UNKNOWN", -122), "EIO")).toBe(false);
  });
});
