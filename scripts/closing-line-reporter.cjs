/**
 * Jest reporter that ends a run with plain lines, for machines that read logs: one for each test that passed only when
 * it was tried again (test/retry-in-ci.ts), and the numbers last.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    for (const { testFilePath, testResults } of results.testResults) {
      for (const { fullName, status, invocations = 1 } of testResults) {
        if (invocations < 2) continue;
        const file = require("node:path").relative(process.cwd(), testFilePath);
        console.log(`RETRIED: ${file}: ${fullName}: ${status} at attempt ${invocations}`);
      }
    }
    const { numPassedTests, numFailedTests, numPendingTests } = results;
    console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  }
};
