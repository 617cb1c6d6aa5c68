/** What the render thread says. Errors are the thread's own: an uncaught one ends it. */
export type ThreadAnswer =
  | { readonly kind: "progress"; readonly fraction: number }
  | { readonly kind: "done"; readonly pcm: Int16Array<ArrayBuffer>; readonly understood: string };
