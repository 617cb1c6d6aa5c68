/** Every bound of the event store. Names end in their unit; sizes are bytes unless they say so. */

const kib = 1_024;
const mib = 1_024 * kib;

/** Sum over an append's events of data, metadata and two bytes per UTF-16 unit of the type. */
export const appendBytesMax = mib;

/** UTF-8 length of a stream name. LMDB takes keys up to 1 978 bytes. */
export const streamNameBytesMax = kib;

/** The client cuts a large append into messages of about 3 MiB; EventStoreDB takes 16 MiB and so. */
export const grpcMessageBytesMax = 17 * mib;

/** A read or subscription holds at most one page: its event count and bytes, whichever is first. */
export const pageEventsMax = 500;
export const pageBytesMax = 256 * kib;

/** One LMDB transaction: enough to share a sync, short enough not to hold up the event loop. */
export const groupCommitAppendsMax = 1_000;
export const groupCommitBytesMax = 8 * mib;

/** Writes waiting for their commit; above it, calls are not read until there is room again. */
export const waitingWritesBytesMax = 64 * mib;

/** A batch append may come in several messages; this is how long the store waits for the last. */
export const incompleteAppendMsMax = 2_000;

/** Appends of one call whose last message has not come. */
export const incompleteAppendsMax = 1_000;

/** Answers of one batch-append call that its client has not read yet. */
export const unreadAnswersMax = 10_000;

/** Events between two checkpoints of a filtered subscription if the client names no window. */
export const checkpointWindowEvents = 32;

/** Types of one block of the index of types. Where they take more, the events are read instead. */
export const typeListBytesMax = 32 * kib;

/** Blocks of that index that share a sync, where it is behind. */
export const typeBlocksPerWriteMax = 32;

/**
 * A connection that its client has reset may look open for ever, since Node's HTTP/2 misses some
 * resets: one that cannot take a ping is closed at once, one that does not answer it a while later.
 */
export const pingIntervalMs = 10_000;
export const pingAnswerMsMax = 30_000;

/** How long clients may take to hear that the store is closing, before they are cut off. */
export const shutdownGraceMs = 1_000;

/** How often a check of all records says where it is: each so many records. */
export const checkReportRecords = 500;

/** A check that says nothing for so long has run into damage that keeps it going in circles. */
export const checkSilenceMsMax = 60_000;

/** How often a copy of a store says how far it is. */
export const copyReportMs = 200;

/** Connections of which it is not known yet who opened them. */
export const lookupsWaitingMax = 4_096;

/** Between two looks at who opened connections, when one of them found other users. */
export const lookupPauseMs = 100;

/** Connections of other users that are being told that they may not, and how long that may take. */
export const refusalsMax = 32;
export const refusalMsMax = 2_000;
