/**
 * How old a look at a guest directory may be to answer a diff, in milliseconds. The engine asks for one resource after
 * the other, so that without it every file of a directory would cost a listing of its own. Work that changes the guest
 * always looks afresh.
 */
export const observationMaxAgeMs = 10_000;
