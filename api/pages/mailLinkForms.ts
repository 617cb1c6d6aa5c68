import { type Html, html } from "../../platform/html.js";

/** Whoever registered need not own the address, so a click alone confirms nothing. */
export const verifyForm = (token: string): Html => html`<p>
    Type the password that was chosen at registration. That activates your account.
  </p>
  <form method="post" action="/verify-email">
    <input type="hidden" name="token" value="${token}" />
    <label for="password">Password</label>
    <input id="password" type="password" name="password" autocomplete="current-password" required />
    <button type="submit">Confirm my address</button>
  </form>
  <p>
    You do not know it, or somebody else registered with your address? Choose your own, twelve
    characters or more. The other one then opens nothing.
  </p>
  <form method="post" action="/verify-email">
    <input type="hidden" name="token" value="${token}" />
    <label for="new-password">New password</label>
    <input id="new-password" type="password" name="new_password" autocomplete="new-password" required />
    <button type="submit">Confirm my address with a new password</button>
  </form>`;

/** For who has no link yet. */
export const askForm: Html = html`<p>
    Type the address of your account, and you get a mail with a link.
  </p>
  <form method="post" action="/forgot-password">
    <label for="email">Address</label>
    <input id="email" type="email" name="email" autocomplete="email" required />
    <button type="submit">Send me the mail</button>
  </form>`;

export const resetForm = (token: string): Html => html`<p>
    Twelve characters or more. Every device that is signed in will be signed out.
  </p>
  <form method="post" action="/reset-password">
    <input type="hidden" name="token" value="${token}" />
    <label for="password">New password</label>
    <input id="password" type="password" name="password" autocomplete="new-password" required />
    <fieldset>
      <legend>Your API keys</legend>
      <label><input type="radio" name="keys" value="keep" required /> I made all of them: keep them</label>
      <label>
        <input type="radio" name="keys" value="revoke" required /> Somebody else may have made one:
        revoke them all
      </label>
    </fieldset>
    <button type="submit">Set the password</button>
  </form>`;
