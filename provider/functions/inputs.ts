import { guestCredentialSchema, vmSelectorSchema } from "../vocabulary/inputs";

/** Inputs of every function that looks at one machine. */
export const vmInput = { vm: vmSelectorSchema };

/** Inputs of every function that logs in to a guest. */
export const guestInput = { ...vmInput, guest: guestCredentialSchema.optional() };
