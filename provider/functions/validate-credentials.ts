import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { guestInput } from "./inputs";
import type { GuestFunction } from "./guest-function";

const inputs = z.strictObject(guestInput);

const outputs = z.object({
  valid: z.boolean().meta({ description: "Whether the guest lets this login in." }),
  reason: z.string().optional().meta({ description: "Why not." }),
});

/** A refused login is an answer here, not an error; a guest that can't be asked is one. */
export const validateCredentials: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "validateCredentials",
  description:
    "Tries a login in a guest: the one given as `guest`, else the provider's. A refused login is an answer, not an error.",
  example: { title: "Whether the login works", arguments: 'vm: "web-1"', output: "valid" },
  inputs,
  outputs,
  async call(target, _inputs, op) {
    const guest = await target.guest();
    try {
      await guest.validateLogin(op);
      return { valid: true };
    } catch (error) {
      if (!(error instanceof GuestError) || error.code !== "GUEST_LOGIN_FAILED") throw error;
      return { valid: false, reason: error.message };
    }
  },
};
