import type { CheckedStore } from "../checking/checkSnapshot.js";
import { copyStore } from "../copying/copyStore.js";
import { namingFolder } from "../storage/dataFolder.js";
import { startProgressBar } from "./progressBar.js";

/** @throws DataFolderError */
export async function copyWithBar(from: string, to: string): Promise<CheckedStore> {
  let bar = startProgressBar("copying");
  let isChecking = false;
  const startChecking = (): void => {
    bar.stop();
    bar = startProgressBar("verifying");
    isChecking = true;
  };
  const progress = {
    onCopied: (bytes: number, bytesTotal: number) => bar.update(bytes, bytesTotal),
    onChecked: (position: bigint, lastPosition: bigint) => {
      if (!isChecking) startChecking();
      bar.update(Number(position), Number(lastPosition));
    },
  };
  try {
    return await namingFolder(to, () => copyStore(from, to, progress));
  } finally {
    bar.stop();
  }
}
