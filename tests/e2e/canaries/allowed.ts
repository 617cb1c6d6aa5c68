/**
 * Where each kind may lie, as patterns of places; what is not named may lie nowhere. The mail catcher
 * stands for the person's own mailbox, and shows in its log the link that the person would see.
 */
const mailbox = /^file:(mail\/|logs\/mailCatcher)/;
/** Readable by the server's user only; what the processes get comes from there. */
const ownSecrets = /^file:(secrets|mariadb\/users\.sql$|redis\/redis\.conf$)/;

export const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  mail: [mailbox],
  name: [mailbox],
  "mail link": [mailbox],
  "donor-mail": [mailbox],
  "paypal-mail": [mailbox],
  // What provider and maintainers call the payment: the stream bears its name, and an alert names the
  // stream to look at.
  payment: [/^event:/, /^mysql:/, /^file:(eventstore|mariadb)\//, /^file:logs\/workers/],
  "app secret": [ownSecrets],
};
