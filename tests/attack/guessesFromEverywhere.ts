import pLimit from "p-limit";
import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere, postJson, statusOf } from "./attack.js";
import { tokenMailedTo } from "./mails.js";

const wrong = "a wrong guess of twelve";
const fresh = "what the owner chooses now";
/** More than all blocks together may guess at one account in an hour. */
const guesses = 108;
const atOnce = pLimit(8);

export const guessesFromEverywhere: Attack = {
  name: "guesses from everywhere",
  tries: "Guesses one password from so many address blocks, and keeps its owner out by that.",
  async run(installed: Installed) {
    const { email, password } = await installed.makePerson();
    const post = (path: string, body: object, from = fromSomewhere()) =>
      statusOf(postJson(`${installed.url}/api/v1/auth/${path}`, body, from));
    const studio = fromSomewhere();
    const home = fromSomewhere();
    const before = await post("login", { email, password }, studio);
    const guess = () => atOnce(() => post("login", { email, password: wrong }));
    const looked = await Promise.all(Array.from({ length: guesses }, guess));
    const elsewhere = await post("login", { email, password });
    const known = await post("login", { email, password }, studio);
    const asked = await post("forgot-password", { email });
    const token = await tokenMailedTo(installed, email);
    const reset = await post("reset-password", { token, password: fresh }, home);
    const after = await post("login", { email, password: fresh }, home);
    const found: readonly [boolean, string][] = [
      [looked.at(-1) !== 429, `The last guess was answered with ${looked.at(-1)}.`],
      [elsewhere !== 429, `A block that was never there is answered with ${elsewhere}.`],
      [before !== 200 || known !== 200, `The owner's own block is answered with ${known}.`],
      [asked !== 200 || reset !== 200, `The way back by mail is answered with ${reset}.`],
      [after !== 200, `After it the owner is answered with ${after}.`],
    ];
    const broke = found.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
    return { tried: guesses + 1, broke };
  },
};
