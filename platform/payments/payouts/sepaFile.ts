import { Amount, type Money } from "../../../domain/money/money.js";
import type { Instant } from "../../../domain/time.js";

export interface SepaDebtor {
  readonly name: string;
  readonly iban: string;
  readonly bic: string | undefined;
}
export interface SepaTransfer {
  readonly payoutId: string;
  readonly amount: Money;
  readonly name: string;
  readonly iban: string;
}
export interface SepaOrder {
  readonly batchId: string;
  /** Of BatchSending: written again, the file is the same to the byte. */
  readonly at: Instant;
  readonly executionOn: string;
  readonly debtor: SepaDebtor;
  readonly transfers: readonly SepaTransfer[];
}

/** At most 35 characters fit; a UUID without its dashes is 32. */
const sepaIdOf = (id: string): string => id.replaceAll("-", "");

/** A pain.001.001.09 credit transfer in euros, as the rule books of the EPC have it. */
export function writeSepaFile({ batchId, at, executionOn, debtor, transfers }: SepaOrder): string {
  const id = sepaIdOf(batchId);
  const sum = transfers.reduce((all, { amount }) => all.plus(amount.amount), new Amount(0));
  const totals = `<NbOfTxs>${transfers.length}</NbOfTxs><CtrlSum>${sum.toFixed(2)}</CtrlSum>`;
  const name = `<Nm>${sepaText(debtor.name, nameMax)}</Nm>`;
  const agent =
    debtor.bic === undefined
      ? "<Othr><Id>NOTPROVIDED</Id></Othr>"
      : `<BICFI>${sepaText(debtor.bic, 11)}</BICFI>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">',
    "<CstmrCdtTrfInitn>",
    `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>${at.slice(0, 19)}</CreDtTm>${totals}<InitgPty>${name}</InitgPty></GrpHdr>`,
    `<PmtInf><PmtInfId>${id}</PmtInfId><PmtMtd>TRF</PmtMtd>${totals}`,
    "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>",
    `<ReqdExctnDt><Dt>${executionOn}</Dt></ReqdExctnDt>`,
    `<Dbtr>${name}</Dbtr><DbtrAcct><Id><IBAN>${debtor.iban}</IBAN></Id></DbtrAcct>`,
    `<DbtrAgt><FinInstnId>${agent}</FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>`,
    ...transfers.map(transferText),
    "</PmtInf>",
    "</CstmrCdtTrfInitn>",
    "</Document>",
    "",
  ].join("\n");
}

function transferText({ payoutId, amount, name, iban }: SepaTransfer): string {
  const id = sepaIdOf(payoutId);
  return [
    `<CdtTrfTxInf><PmtId><InstrId>${id}</InstrId><EndToEndId>${id}</EndToEndId></PmtId>`,
    `<Amt><InstdAmt Ccy="EUR">${amount.amount}</InstdAmt></Amt>`,
    `<Cdtr><Nm>${sepaText(name, nameMax)}</Nm></Cdtr>`,
    `<CdtrAcct><Id><IBAN>${sepaText(iban, 34)}</IBAN></Id></CdtrAcct>`,
    "<RmtInf><Ustrd>OBSIDIAN Neural, payout</Ustrd></RmtInf></CdtTrfTxInf>",
  ].join("");
}

const nameMax = 70;
const others: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", Æ: "AE", ø: "o", Ø: "O", œ: "oe", Œ: "OE", ł: "l", Ł: "L" },
  ...{ đ: "d", Đ: "D", þ: "th", Þ: "Th", ð: "d", Ð: "D", ı: "i", "&": "+" },
};

/** Banks take the Latin letters without accents, digits and `/-?:().,'+ `; whatever else becomes a blank. */
export function sepaText(text: string, charactersMax: number): string {
  const plain = [...text.normalize("NFKD")].map((character) => others[character] ?? character);
  const written = plain
    .join("")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-zA-Z0-9/\-?:().,'+ ]/g, " ")
    .replace(/\/{2,}/g, "/")
    .replace(/ +/g, " ")
    .replace(/^[/ ]+|[/ ]+$/g, "")
    .slice(0, charactersMax)
    .replace(/[/ ]+$/, "");
  return written === "" ? "NOTPROVIDED" : written;
}
