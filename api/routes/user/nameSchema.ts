import { z } from "zod";
import { plainLine } from "../../../domain/texts.js";

export const lineSchema = (charactersMax: number) =>
  z.string().overwrite(plainLine).trim().min(1).max(charactersMax);

/** A name that somebody gives to themselves or to a key. */
export const nameSchema = lineSchema(100);
