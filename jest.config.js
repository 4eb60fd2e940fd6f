/** Unit, lifecycle and end-to-end tests; `npm test` builds first, since the real hosts run compiled code. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  transform: {
    // Types are tsc's business (npm run check); here each file is only stripped of them.
    "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }],
  },
  globalSetup: "<rootDir>/test/global-setup.ts",
  globalTeardown: "<rootDir>/test/global-teardown.ts",
  setupFiles: ["<rootDir>/test/errors-of-node.ts"],
  setupFilesAfterEnv: ["<rootDir>/test/retry-in-ci.ts"],
  testSequencer: "<rootDir>/scripts/slowest-first.cjs",
  reporters: ["default", "<rootDir>/scripts/closing-line-reporter.cjs"],
  testTimeout: 60_000,
  // More than the two cores of CI: some suites mostly wait (for polls, reboots, timeouts), and leave theirs idle.
  maxWorkers: 3,
};
