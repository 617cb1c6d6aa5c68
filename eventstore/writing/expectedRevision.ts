/** What an append demands of its stream: its last revision, or one of three words. */
export type ExpectedRevision = bigint | "any" | "no_stream" | "stream_exists";
