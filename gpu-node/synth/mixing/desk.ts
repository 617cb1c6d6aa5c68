import { add, type Stereo, silence } from "../sound/samples.js";

/** Where the sounds of one stem meet: as they are, on their way to the reverb, and to the echo. */
export interface Desk {
  readonly dry: Stereo;
  readonly room: Stereo;
  readonly echo: Stereo;
}

export interface Sends {
  readonly gain: number;
  readonly room: number;
  readonly echo: number;
}

export const openDesk = (frames: number): Desk => ({
  dry: silence(frames),
  room: silence(frames),
  echo: silence(frames),
});

/** Adds a sound to the desk at a gain, and to the effects at their shares of it. */
export function mixIn(sound: Stereo, desk: Desk, { gain, room, echo }: Sends): void {
  add(sound, desk.dry, gain);
  if (room > 0) add(sound, desk.room, gain * room);
  if (echo > 0) add(sound, desk.echo, gain * echo);
}
