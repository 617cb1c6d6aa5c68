import { z } from "zod";
import { plainLine } from "../../../domain/texts.js";

/** A name that somebody gives to themselves or to a key. */
export const nameSchema = z.string().overwrite(plainLine).trim().min(1).max(100);
