import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryHash, inclusionProof, rootByProof, rootOf } from "../../../domain/log/merkle.js";

/** Roots over the first entries, as Certificate Transparency's own tests have them. */
const known: readonly (readonly [entry: string, root: string])[] = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  [
    "606162636465666768696a6b6c6d6e6f",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ],
];
const hashes = known.map(([entry]) => entryHash(Buffer.from(entry, "hex")));
const emptyRoot = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Equal entries are proved by each other's proofs, so no two are. */
const trees = fc
  .uniqueArray(fc.uint8Array({ maxLength: 8 }), {
    minLength: 1,
    maxLength: 70,
    selector: (entry) => Buffer.from(entry).toString("hex"),
  })
  .map((entries) => entries.map(entryHash));

describe("a tree of RFC 9162", () => {
  it("has the roots that others computed", () => {
    expect(rootOf([]).toString("hex")).toBe(emptyRoot);
    const roots = known.map((_, index) => rootOf(hashes.slice(0, index + 1)).toString("hex"));
    expect(roots).toEqual(known.map(([, root]) => root));
  });

  it("leads from each entry by its proof to its root", () => {
    fc.assert(
      fc.property(trees, (entries) => {
        const root = rootOf(entries);
        for (const [index, entry] of entries.entries()) {
          const proof = inclusionProof(entries, index);
          const inclusion = { index, size: entries.length, proof };
          expect(rootByProof(entry, inclusion)?.equals(root)).toBe(true);
        }
      }),
    );
  });

  it("leads nowhere by a proof of another place, another length or another entry", () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (entries, one, other) => {
        const [index, wrong] = [one % entries.length, other % entries.length];
        const entry = entries[index] ?? entryHash(new Uint8Array());
        const proof = inclusionProof(entries, index);
        const size = entries.length;
        const leads = (from: Buffer, inclusion: Parameters<typeof rootByProof>[1]) =>
          rootByProof(from, inclusion)?.equals(rootOf(entries)) === true;
        if (wrong !== index) expect(leads(entry, { index: wrong, size, proof })).toBe(false);
        expect(leads(entry, { index, size, proof: [...proof, entry] })).toBe(false);
        expect(leads(entry, { index: size, size, proof })).toBe(false);
        expect(leads(entryHash(entry), { index, size, proof })).toBe(false);
      }),
    );
  });

  it("asks for no work by sizes that nobody has", () => {
    const [entry = Buffer.alloc(32)] = hashes;
    for (const size of [0, -1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(rootByProof(entry, { index: 0, size, proof: hashes })).toBeUndefined();
    }
    expect(rootByProof(entry, { index: 0, size: 2 ** 52, proof: hashes })).toBeUndefined();
  });
});
