const { statSync } = require("node:fs");
const { relative, sep } = require("node:path");
const TestSequencer = require("@jest/test-sequencer").default;
const recorded = require("../test/durations.json");

/** A suite that is not recorded: what a byte of the others takes, about. */
const secondsPerByte = 0.001;

/**
 * Jest's sequencer, by the committed durations of test/durations.json: the slowest suite comes first, so that both
 * workers are busy to the end, in a fresh clone as well. `npm run test:slowest` shows and records durations.
 */
module.exports = class SlowestFirst extends TestSequencer {
  sort(tests) {
    const seconds = ({ path, context }) =>
      recorded[relative(context.config.rootDir, path).split(sep).join("/")] ?? statSync(path).size * secondsPerByte;
    return [...tests].sort((a, b) => seconds(b) - seconds(a));
  }
};
