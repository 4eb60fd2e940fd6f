/** Unit, lifecycle and end-to-end tests; `npm test` builds first, since the real hosts run compiled code. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  transform: {
    // Types are tsc's business (npm run check); here each file is only stripped of them.
    "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.jest.json", diagnostics: false }],
  },
  globalSetup: "<rootDir>/test/global-setup.ts",
  setupFiles: ["<rootDir>/test/errors-of-node.ts"],
  setupFilesAfterEnv: ["<rootDir>/test/retry-in-ci.ts"],
  reporters: ["default", "<rootDir>/scripts/closing-line-reporter.cjs"],
  testTimeout: 60_000,
  maxWorkers: 2,
};
