/** Far more than a prompt of 1 000 characters needs; the rest of a longer text is not read. */
const wordsMax = 400;
const charactersMax = 4_000;

/** What ends a thought. */
export const pause = ",";

/** Marks over and under letters, of Latin, Greek, Cyrillic and Arabic; elsewhere marks are letters. */
const accents = /[\u0300-\u036f\u064b-\u065f\u0640]/g;
/** Letters that Unicode does not take apart. */
const plainLetters: Readonly<Record<string, string>> = { ı: "i", ł: "l", ß: "ss", ø: "o", đ: "d" };
/** Scripts that need no spaces are read character by character. */
const character = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]`;
const word = new RegExp(
  String.raw`\d+/\d+|${character}|(?:(?!${character})[\p{L}\p{N}\p{M}*])+|[,.;:!?()\n、。，！？「」،؛؟।]`,
  "gu",
);

const unspaced = new RegExp(`^${character}$`, "u");
export const isUnspaced = (text: string): boolean => unspaced.test(text);

/** Words in one spelling; those of scripts without spaces are single characters. */
export function wordsOf(text: string): string[] {
  const plain = text
    .slice(0, charactersMax)
    .normalize("NFKD")
    .toLowerCase()
    .replace(accents, "")
    .normalize("NFC")
    .replace(/[ıłßøđ]/g, (letter) => plainLetters[letter] ?? letter)
    .replaceAll("⁄", "/")
    .replaceAll("&", " and ");
  return (plain.match(word) ?? [])
    .slice(0, wordsMax)
    .map((found) => (/^[\p{L}\p{N}*]/u.test(found) || found === "ー" ? found : pause));
}
