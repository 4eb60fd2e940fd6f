import { types } from "node:util";

/**
 * Jest runs tests in a realm of their own, in which errors of Node itself (fs, net) are not `instanceof Error`. Outside
 * of Jest there is one realm; this makes it look so. Subclasses are told apart as always.
 */
const ordinary = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    return (this === Error && types.isNativeError(candidate)) || Boolean(ordinary.call(this, candidate));
  },
});
