import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere, postJson, statusOf } from "./attack.js";

const password = "a wrong guess of twelve";
/** As many as anybody may mistype before a delay. */
const guessesMax = 8;

/** The same name to a reader, and to whoever folds it as Unicode says. */
const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0));

export const signInBrake: Attack = {
  name: "sign-in brake",
  tries: "Guesses one account's password under many spellings of its address.",
  async run(installed: Installed) {
    const { email } = await installed.makePerson();
    const spellings = [
      ...[email, email.toUpperCase(), ` ${email}`, fullWidth(email)],
      ...[...email].map((c, n) => email.slice(0, n) + fullWidth(c) + email.slice(n + 1)),
    ];
    const headers = fromSomewhere();
    let looked = 0;
    for (const spelled of spellings) {
      const status = await statusOf(
        postJson(`${installed.url}/api/v1/auth/login`, { email: spelled, password }, headers),
      );
      if (status === 401) looked += 1;
    }
    const broke = looked > guessesMax ? [`${looked} guesses were looked at.`] : [];
    return { tried: spellings.length, broke };
  },
};
