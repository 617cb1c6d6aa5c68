import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";

describe("a password", () => {
  it.each([
    ["a common word and digits", "password123456"],
    ["a common one over and over", "19911991".repeat(32)],
    ["one that is cut off in the middle of a round", "password1234".repeat(5).slice(0, 50)],
    ["one letter", "a".repeat(256)],
    ["a weak beginning", "1".repeat(40)],
    ["the alphabet", "abcdefghijklmnopqrstuvwxyz0123456789"],
  ])("is common when it is %s", async (_what, password) => {
    expect(await isCommonPassword(password, [], "here")).toBe(true);
  });

  it("is common when it is what is known of its owner, however long", async () => {
    const email = "maximiliana.wolkenstein-trostburg@example.org";
    expect(await isCommonPassword(email, [email], "here")).toBe(true);
    expect(await isCommonPassword(email, [], "here")).toBe(false);
    expect(await isCommonPassword("longusername12".repeat(4), ["longusername12"], "here")).toBe(
      true,
    );
  });

  it.each([
    "correct horse battery staple",
    "I went to the market on a rainy day and found seven green umbrellas",
    "k7Q!zPk7Q!zP",
    "fmq;Wz0)cT_x4B}e9]RkYv~uL2h8".repeat(9),
  ])("is good when it is hard to guess: %s", async (password) => {
    expect(await isCommonPassword(password, [], "here")).toBe(false);
  });

  it("is weighed in a moment at any length", async () => {
    const slow = "p@55w0rd".repeat(32);
    const startedAt = performance.now();
    for (let round = 0; round < 10; round += 1) await isCommonPassword(slow, [], "here");
    // Ten in full would take 5 s on a quiet machine; ten of 32 characters take 0.1 s.
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("that was made to take long is weighed beside everything else", async () => {
    const slow = "4@8(6930$571l|oO0aAsS4@8(6930$57";
    const delay = monitorEventLoopDelay({ resolution: 1 });
    // The thread is there, and what it answers was read once.
    await isCommonPassword(slow, [], "here");
    delay.enable();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => isCommonPassword(slow, [], "here")));
    const tookMs = performance.now() - startedAt;
    expect(delay.max / 1e6).toBeLessThan(tookMs / 2);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["weighed", () => isCommonPassword("x", [], "here")],
    ["hashed", () => hashPassword("x", "here")],
  ])("is refused for now where too many wait to be %s, and later is not", async (_what, work) => {
    const answers = await Promise.allSettled(Array.from({ length: 100 }, work));
    const refused = answers.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(30);
    expect(refused.length).toBeLessThan(90);
    expect(refused[0]).toMatchObject({ reason: { name: "PasswordsBusyError" } });
    await work();
  });
});
