/** Unit, lifecycle and end-to-end tests; `npm test` builds first, since the real hosts run compiled code. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  globalSetup: "<rootDir>/test/global-setup.ts",
  setupFiles: ["<rootDir>/test/errors-of-node.ts"],
  reporters: ["default", "<rootDir>/scripts/closing-line-reporter.cjs"],
  testTimeout: 60_000,
  maxWorkers: 2,
};
