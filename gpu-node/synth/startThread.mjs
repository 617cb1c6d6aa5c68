import { register } from "tsx/esm/api";

// A thread does not inherit the loader that the rest of this process reads TypeScript with.
register();
await import("./renderThread.js");
